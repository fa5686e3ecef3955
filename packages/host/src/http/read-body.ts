import type { IncomingMessage } from 'node:http';
import { EucoraError, reasonOf } from '@eucora/sdk';
import { readYaml, YAML_LIMIT } from './read-yaml.js';

/** Bytes of a JSON or YAML body. */
export const BODY_LIMIT = 1024 * 1024;
/** Bytes of a refused body that are listened to. */
const PATIENCE = 16 * BODY_LIMIT;
/** So long may such a body take; an honest sender needs a second of it. */
const BODY_MS = 30_000;
/** So long is a refused body listened to. */
const PATIENCE_MS = 5_000;
/** Deeper bodies have no meaning here, and recursion has its limits. */
const DEPTH_LIMIT = 64;

const JSON_TYPE = /^application\/(.+\+)?json$/i;
const YAML_TYPE = /^(application|text)\/(x-|.+\+)?yaml$/i;

/**
 * @param ms milliseconds for all of it, so that nobody holds a connection by sending a byte now and then
 * @throws EucoraError `BODY_TOO_LARGE`, `BODY_MALFORMED` (408 when it took too long)
 * @returns undefined for no body
 */
export async function readBody(request: IncomingMessage, ms = BODY_MS): Promise<unknown> {
  const text = await readText(request, ms);
  if (text === '') return undefined;
  const value = parse(text, (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]!.trim());
  refuseTraps(value);
  return value;
}

function readText(request: IncomingMessage, ms: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return Promise.reject(tooLarge());
  return new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (why: EucoraError) => {
      request.off('data', take);
      request.pause();
      reject(why);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else stop(tooLarge());
    };
    const late = setTimeout(() => stop(tooSlow(ms)), ms);
    request.on('data', take);
    request.once('end', () => resolve(utf8(chunks)));
    request.once('error', () => reject(malformed('the body ended before its announced length')));
    request.once('close', () => clearTimeout(late));
    request.once('end', () => clearTimeout(late));
  });
}

/** Passes over what the sender of a refused body is still sending, within limits, so that it gets to read the answer. */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed || Number(request.headers['content-length'] ?? 0) > PATIENCE)
    return Promise.resolve();
  return new Promise((resolve) => {
    let size = 0;
    setTimeout(resolve, PATIENCE_MS).unref();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > PATIENCE) resolve();
    });
    request.once('close', resolve);
    request.once('end', resolve);
    request.once('error', () => resolve());
    request.resume();
  });
}

const utf8 = (chunks: readonly Buffer[]): string =>
  chunks.length === 1 ? chunks[0]!.toString('utf8') : Buffer.concat(chunks).toString('utf8');

function parse(text: string, type: string): unknown {
  if (JSON_TYPE.test(type)) return readAs('JSON', () => JSON.parse(text) as unknown);
  if (YAML_TYPE.test(type)) {
    if (text.length > YAML_LIMIT) throw tooLarge(YAML_LIMIT, 'Send it as JSON, or send less.');
    return readAs('YAML', () => readYaml(text, DEPTH_LIMIT));
  }
  throw new EucoraError('BODY_MALFORMED', {
    what: `a body of type ${type} cannot be read`,
    remedy: 'Send application/json or application/yaml.',
    statusCode: 415,
  });
}

function readAs(name: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    throw malformed(`the body is not ${name}: ${reasonOf(cause).split('\n', 1)[0]}`, cause);
  }
}

/** Not recursive, so that no nesting can exhaust the stack. */
function refuseTraps(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_LIMIT) throw malformed(`the body is nested more than ${DEPTH_LIMIT} levels deep`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, '__proto__')) throw malformed('the body has a field __proto__');
      for (const field of Object.values(value)) {
        if (typeof field === 'object' && field !== null) next.push(field);
        else if (typeof field === 'string' && UNSTORABLE.test(field))
          throw malformed('the body holds U+0000 or half a character');
      }
    }
    level = next;
  }
}

/** U+0000, and halves of surrogate pairs. */
const UNSTORABLE = /\0|[\ud800-\udfff]/u;

const tooSlow = (ms: number) =>
  new EucoraError('BODY_MALFORMED', {
    what: `the body did not arrive within ${ms / 1_000} s`,
    remedy: 'Send it at once; artifacts, which may take their time, go to PUT /api/artifacts/{sha256}.',
    errorClass: 'transient',
    statusCode: 408,
  });

const malformed = (what: string, cause?: unknown) => new EucoraError('BODY_MALFORMED', { what, cause });

const tooLarge = (limit = BODY_LIMIT, remedy?: string) =>
  new EucoraError('BODY_TOO_LARGE', {
    what: `the body is larger than ${limit} bytes`,
    details: { limit },
    ...(remedy && { remedy }),
  });
