import { EucoraError, type Deadline, type Time } from '@eucora/sdk';

export interface Question {
  readonly method: 'GET' | 'POST';
  /** Below `/v1/`. */
  readonly path: readonly string[];
  readonly version?: number;
  readonly body?: object;
  readonly token?: string;
}

export interface Answered {
  readonly status: number;
  /** Undefined where it is not JSON. */
  readonly body: unknown;
  /** Milliseconds that the store wants to be left alone. */
  readonly retryAfterMs?: number;
}

/** The store over HTTP. Nothing is sent to any other address; a redirect is an answer like others. */
export interface Server {
  /**
   * Asks again, a few times and before the deadline, when the store is busy or not itself.
   *
   * @throws EucoraError `SECRET_STORE_UNAVAILABLE` when it gives no answer
   */
  ask(question: Question, deadline: Deadline): Promise<Answered>;
  /** In words, why it does not do its work: `is sealed`. Undefined when it does not say. */
  condition(deadline: Deadline): Promise<string | undefined>;
}

export interface ServerParts {
  readonly url: string;
  readonly namespace?: string;
  readonly time: Time;
  /** 0 to 1. */
  readonly random: () => number;
}

const ATTEMPTS = 3;
/** Milliseconds; doubled for the second wait, and any part of it may be waited. */
const FIRST_WAIT = 400;
/** A secret has at most 1 MiB in Vault's own storage; the answer around it is small. */
const MAX_BYTES = 4 * 1024 * 1024;

/** https://openbao.org/api-docs/system/health/; 429 is no complaint about us here. */
const CONDITIONS: Readonly<Record<number, string>> = {
  429: 'is a standby, and does not reach the active node',
  472: 'is a standby for disaster recovery',
  473: 'is a standby for performance',
  501: 'is not initialised',
  503: 'is sealed',
};

export function vaultServer({ url, namespace, time, random }: ServerParts): Server {
  const base = url.replace(/\/+$/, '');

  async function once({ method, path, version, body, token }: Question, { signal }: Deadline): Promise<Answered> {
    const address = `${base}/v1/${path.map(encodeURIComponent).join('/')}${version ? `?version=${version}` : ''}`;
    const response = await fetch(address, {
      method,
      signal,
      redirect: 'manual',
      headers: {
        'x-vault-request': 'true',
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { 'x-vault-token': token }),
        ...(namespace && path[0] !== 'sys' && { 'x-vault-namespace': namespace }),
      },
      body: body ? JSON.stringify(body) : null,
    });
    const retryAfterMs = retryAfterOf(response.headers.get('retry-after'), time.now());
    return { status: response.status, body: await jsonOf(response), ...(retryAfterMs && { retryAfterMs }) };
  }

  async function attempt(question: Question, deadline: Deadline): Promise<Answered> {
    try {
      return await once(question, deadline);
    } catch (cause) {
      if (deadline.signal.aborted) throw unavailable(base, 'did not answer in time');
      throw unavailable(base, `cannot be reached (${codeOf(cause)})`);
    }
  }

  return {
    async ask(question, deadline) {
      for (let tried = 1; ; tried++) {
        const answer = await attempt(question, deadline).catch((refusal: EucoraError) => refusal);
        const failed = answer instanceof Error;
        if (!failed && !isBusy(answer.status)) return answer;
        const backoff = FIRST_WAIT * 2 ** (tried - 1) * random();
        const wait = answer.retryAfterMs ?? backoff;
        const late = deadline.signal.aborted || time.now().getTime() + wait >= deadline.at;
        if (tried < ATTEMPTS && !late) await time.sleep(wait, deadline.signal).catch(() => undefined);
        else if (failed) throw answer;
        else return answer;
      }
    },
    async condition(deadline) {
      const health = await once({ method: 'GET', path: ['sys', 'health'] }, deadline).catch(() => undefined);
      return health && CONDITIONS[health.status];
    },
  };
}

/** Too much asked, on its way up or down, or (412) not yet as new as another node that we spoke to. */
const isBusy = (status: number): boolean => status === 412 || status === 429 || status >= 500;

/** In words, what an answer says that is neither the wanted one nor a refusal. */
export function strangeness(status: number): string {
  if (status === 429) return 'is asked more often than its quota allows';
  if (status >= 300 && status < 400) return 'sends us to another address, where we do not go';
  return `answered ${status}, and not as such a store at work does`;
}

export const unavailable = (who: string, why: string, retryAfterMs?: number): EucoraError =>
  new EucoraError('SECRET_STORE_UNAVAILABLE', {
    what: `the store at ${who} ${why}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

function retryAfterOf(text: string | null, now: Date): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - now.getTime() : seconds * 1_000;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

async function jsonOf(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > MAX_BYTES) throw Object.assign(new Error('too much'), { code: `answered more than ${MAX_BYTES} bytes` });
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch {
    return undefined;
  }
}

/** Node's own message is "fetch failed"; what happened is behind it. */
function codeOf(cause: unknown): string {
  const { code, cause: behind } = cause as { code?: unknown; cause?: { code?: unknown } };
  const found = behind?.code ?? code;
  return typeof found === 'string' ? found : 'no connection';
}
