import type { Clock } from '../clock.js';
import type { RecordedRequest, SimulatorRequest } from './exchange.js';

/** Remembers requests, the latest `keep` of them, without credentials and without large bodies. */
export function createRecorder(clock: Clock, keep: number) {
  const requests: RecordedRequest[] = [];

  return {
    requests: requests as readonly RecordedRequest[],
    record(request: SimulatorRequest, write: boolean): RecordedRequest {
      const record: RecordedRequest = {
        at: clock.now().toISOString(),
        method: request.method,
        path: request.path,
        query: request.query,
        headers: headersOf(request),
        ...(request.body !== undefined && { body: bodyOf(request) }),
        write,
      };
      requests.push(record);
      if (requests.length > keep) requests.splice(0, requests.length - keep);
      return record;
    },
  };
}

function bodyOf({ body, form }: SimulatorRequest): unknown {
  if (form) return Object.fromEntries(form);
  return Buffer.isBuffer(body) ? { bytes: body.length } : structuredClone(body);
}

function headersOf({ headers }: SimulatorRequest): Record<string, string> {
  const kept = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  const all = Object.fromEntries(kept) as Record<string, string>;
  if (all.authorization !== undefined) all.authorization = `${all.authorization.split(' ')[0]} …`;
  return all;
}
