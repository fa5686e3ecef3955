import type { ServerResponse } from 'node:http';
import { deliver, deliverCut, deliverInDrops } from './deliver.js';
import { json, send, type Answer, type RecordedRequest } from './exchange.js';
import type { Fault } from './faults.js';

const WITHHELD = new Set<Fault['kind']>(['status', 'throttle', 'unavailable', 'hang', 'drop', 'html', 'wrongSuccess']);
const DONE_ANYWAY = new Set<Fault['kind']>(['acceptThenDropConnection', 'cutJson', 'drip']);

/** The plane never gets to see the request. */
export const withholds = (fault: Fault): boolean => WITHHELD.has(fault.kind);

/** The plane does what was asked; only its answer suffers. */
export const doneAnyway = (fault: Fault): boolean => DONE_ANYWAY.has(fault.kind);

const PAGE =
  '<!doctype html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>\n';

/** @param given what the plane answered, for faults that let it do its work */
export async function answerWith(
  fault: Fault,
  response: ServerResponse,
  record: RecordedRequest,
  given: Answer = { status: 200 },
): Promise<void> {
  const whole = (answer: Answer) => {
    record.status = answer.status;
    return deliver(response, answer);
  };
  switch (fault.kind) {
    case 'status':
      return whole(
        fault.body === undefined
          ? send(fault.status, undefined, fault.headers)
          : json(fault.status, fault.body, fault.headers),
      );
    case 'throttle':
      return whole(json(429, errorBody('TooManyRequests', 'Too many requests'), retryAfter(fault.retryAfterSeconds)));
    case 'unavailable':
      return whole(
        json(503, errorBody('ServiceUnavailable', 'Not available now'), retryAfter(fault.retryAfterSeconds)),
      );
    case 'html':
      return whole(send(200, PAGE, { 'content-type': 'text/html; charset=utf-8' }));
    case 'wrongSuccess':
      return whole(json(fault.status ?? 200, fault.body ?? {}));
    case 'cutJson':
      record.status = given.status;
      return deliverCut(response, given);
    case 'drip':
      record.status = given.status;
      return deliverInDrops(response, given, fault.everyMs ?? 50);
    case 'drop':
    case 'acceptThenDropConnection':
      response.socket?.destroy();
      return;
    case 'hang':
    case 'staleRead':
      return;
  }
}

const errorBody = (code: string, message: string) => ({ error: { code, message } });

const retryAfter = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': `${seconds}` };
