import { json, send, type Answer, type SimulatorRequest } from '@eucora/sdk/testing';
import { guidOf } from './state.js';

/** Graph's error body. Codes nest in `innerError`, as the service has it on the wire. */
export const graphError = (
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Answer => json(status, { error: { code, message, innerError: { date: '2026-01-05T08:00:00' } } }, headers);

/** Intune's own error inside Graph's: `message` is a JSON document (recorded: andrew-s-taylor/public#20). */
export const intuneError = (status: number, code: string, message: string, operation: string): Answer =>
  graphError(
    status,
    code,
    JSON.stringify(
      {
        _version: 3,
        Message: `${message} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${guidOf(operation)} - Url: https://fef.msub06.manage.microsoft.com/AppLifecycle_2312/StatelessAppMetadataFEService/${operation}`,
        CustomApiErrorPhrase: '',
        RetryAfter: null,
        ErrorSourceService: '',
        HttpHeaders: '{}',
      },
      null,
      2,
    ),
  );

export const notFound = (what: string): Answer => graphError(404, 'ResourceNotFound', `${what} was not found.`);

export const badRequest = (message: string): Answer => graphError(400, 'BadRequest', message);

export const noContent = (): Answer => send(204);

export const tooMany = (retryAfterSeconds: number): Answer =>
  json(
    429,
    {
      error: {
        code: 'TooManyRequests',
        message: 'Please retry again later.',
        innerError: { code: '429', message: 'Please retry after', status: '429' },
      },
    },
    { 'retry-after': String(retryAfterSeconds) },
  );

/** Every answer of Graph names the request, and echoes the caller's name for it. */
export function named(answer: Answer, request: SimulatorRequest, turn: number): Answer {
  const own = request.headers['client-request-id'];
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'request-id': guidOf('request', turn),
      ...(typeof own === 'string' && { 'client-request-id': own }),
    },
  };
}

/** The page that `$skip` and `$top` ask for; `$skip` is what our next links carry. */
export function page<T>(
  items: readonly T[],
  request: SimulatorRequest & { readonly origin: string },
  pageSize: number,
  extra: Readonly<Record<string, unknown>> = {},
): Answer {
  const skip = Number(request.query.$skip ?? 0);
  const top = Number(request.query.$top ?? pageSize);
  const value = items.slice(skip, skip + top);
  const more = skip + value.length < items.length && value.length > 0;
  const next = new URLSearchParams({ ...request.query, $skip: String(skip + top) });
  return json(200, {
    ...extra,
    ...(more && { '@odata.nextLink': `${request.origin}${request.path}?${next.toString()}` }),
    value,
  });
}

/** Only the fields that `$select` names, and the type. */
export function selected(
  entity: Readonly<Record<string, unknown>>,
  select: string | undefined,
): Record<string, unknown> {
  if (!select) return { ...entity };
  const names = new Set(['@odata.type', ...select.split(',').map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(entity).filter(([name]) => names.has(name)));
}
