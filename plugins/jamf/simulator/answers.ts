import { json, send, type Answer, type SimulatorRequest } from '@eucora/sdk/testing';

/** An error of the Pro API. */
export const apiError = (status: number, code: string, description: string, field: string | null = null): Answer =>
  json(status, { httpStatus: status, errors: [{ code, description, id: '0', field }] });

const WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The status page of the Classic API, in HTML whatever was asked for (recorded: grokability/jamf2snipe#148). */
export const statusPage = (status: number, error?: string): Answer =>
  send(
    status,
    [
      '<html>',
      '<head>',
      '   <title>Status page</title>',
      '</head>',
      '<body style="font-family: sans-serif;">',
      `<p style="font-size: 1.2em;font-weight: bold;margin: 1em 0px;">${WORDS[status] ?? 'Error'}</p>`,
      `<p>${error === undefined ? 'The server could not process the request' : `Error: ${error}`}</p>`,
      '<p>You can get technical details <a href="http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html">here</a>.<br>',
      'Please continue your visit at our <a href="/">home page</a>.',
      '</p>',
      '</body>',
      '</html>',
      '',
    ].join('\n'),
    { 'content-type': 'text/html;charset=UTF-8' },
  );

const isClassic = ({ path }: Pick<SimulatorRequest, 'path'>): boolean => path.startsWith('/JSSResource');

/** The same refusal in the words of the API that was asked. */
export const refusal = (request: Pick<SimulatorRequest, 'path'>, status: number, code: string, text: string): Answer =>
  isClassic(request) ? statusPage(status, text) : apiError(status, code, text);

/** Above this Jamf shortens a page without a word. */
const LARGEST_PAGE = 2_000;

export function page<T>(items: readonly T[], { query }: SimulatorRequest): Answer {
  const size = Math.min(Number(query['page-size'] ?? 100), LARGEST_PAGE);
  const from = Number(query.page ?? 0) * size;
  return json(200, { totalCount: items.length, results: items.slice(from, from + size) });
}
