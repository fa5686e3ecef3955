import { signed } from '../src/signature.js';
import type { LandscapeSimulator } from '../simulator/index.js';

/** Somebody who asks the simulator over HTTP, as a program of another make would. */
export interface Asker {
  /** By the token. */
  legacy(action: string, fields?: Record<string, string>): Promise<Answered>;
  bySignature(action: string, how?: SignatureOptions): Promise<Answered>;
  rest(method: string, path: string, json?: unknown): Promise<Answered>;
  /** With these headers and no credential. */
  post(path: string, form: string, headers?: Record<string, string>): Promise<Answered>;
  readonly token: string;
}

export interface Answered {
  readonly status: number;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

export interface SignatureOptions {
  readonly secretKey?: string;
  readonly accessKey?: string;
  readonly now?: Date;
  readonly path?: string;
  /** A field more than was signed. */
  readonly tampered?: boolean;
}

/** Logs in first. */
export async function asking(simulator: LandscapeSimulator): Promise<Asker> {
  const ask = async (method: string, path: string, body: string | undefined, headers: Record<string, string>) => {
    const init = { method, headers, ...(body !== undefined && { body }) };
    const response = await fetch(new URL(path, simulator.url), init);
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: (json ? JSON.parse(text) : text) as unknown };
  };
  const post = (path: string, form: string, headers: Record<string, string> = {}) =>
    ask('POST', path, form, { 'content-type': 'application/x-www-form-urlencoded', ...headers });
  const { accessKey, secretKey } = simulator;
  const keys = JSON.stringify({ access_key: accessKey, secret_key: secretKey });
  const { body } = await ask('POST', '/api/v2/login/access-key', keys, { 'content-type': 'application/json' });
  const { token } = body as { token: string };
  const authorization = `Bearer ${token}`;

  return {
    token,
    post,
    legacy: (action, fields = {}) =>
      post('/api/', new URLSearchParams({ action, version: '2011-08-01', ...fields }).toString(), { authorization }),
    bySignature(action, how = {}) {
      const { path = '/api/', now = simulator.clock.now(), tampered = false, ...given } = how;
      const url = new URL(path, simulator.url);
      const fields = signed('POST', url, { action, version: '2011-08-01' }, { accessKey, secretKey, ...given }, now);
      return post(path, new URLSearchParams({ ...fields, ...(tampered && { extra: 'x' }) }).toString());
    },
    rest: (method, path, json) =>
      ask(method, path, json === undefined ? undefined : JSON.stringify(json), {
        authorization,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      }),
  };
}
