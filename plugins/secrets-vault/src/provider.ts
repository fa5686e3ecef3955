import {
  deadlineIn,
  EucoraError,
  realTime,
  rememberFor,
  within,
  type CreateOptions,
  type Deadline,
  type SecretProvider,
  type Time,
} from '@eucora/sdk';
import { fieldsIn } from './answers.js';
import type { SignInConfig } from './config.js';
import { placeIn, type Place } from './reference.js';
import { strangeness, unavailable, vaultServer, type Answered } from './server.js';
import { signIn } from './sign-in.js';

export interface VaultOptions extends CreateOptions {
  readonly time?: Time;
  /** 0 to 1, for the waits between attempts. */
  readonly random?: () => number;
}

/** The fields of one version of a secret. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Secrets from a KV version 2 store.
 *
 * @throws EucoraError from `resolve`: `SECRET_REFERENCE_INVALID`, `SECRET_NOT_FOUND`, `SECRET_STORE_FORBIDDEN`,
 *   `SECRET_STORE_UNAVAILABLE`. None of them repeats anything that the store said.
 */
export function vaultSecrets(config: SignInConfig, options: VaultOptions): SecretProvider {
  const { id, secrets, time = realTime, random = Math.random } = options;
  if (!secrets) throw new EucoraError('PLUGIN_LOAD_FAILED', { what: `${id} was given no way to its own credentials` });
  const { url, namespace } = config;
  const server = vaultServer({ url, time, random, ...(namespace && { namespace }) });
  const session = signIn({ config, server, secrets, time });
  const remembered = rememberFor<Fields>(config.cacheSeconds * 1_000, () => time.now());

  const ask = async ({ mount, path, version }: Place, refused: string | undefined, deadline: Deadline) => {
    const token = await within(deadline, session.token(refused));
    const question = { method: 'GET', path: [mount, 'data', ...path], token, ...(version && { version }) } as const;
    return { token, answer: await server.ask(question, deadline) };
  };

  /** The store says 403 for a token that has ended and for a secret that is not ours; only the token's own record tells which. */
  const hasEnded = async (token: string, deadline: Deadline): Promise<boolean> => {
    const own = await server.ask({ method: 'GET', path: ['auth', 'token', 'lookup-self'], token }, deadline);
    return own.status === 403 || (own.status !== 200 && (await giveUp(own, deadline)));
  };

  const read = async (place: Place, reference: string): Promise<Fields> => {
    const deadline = deadlineIn(config.deadlineMs, time);
    try {
      const first = await ask(place, undefined, deadline);
      const again = first.answer.status === 403 && (await hasEnded(first.token, deadline));
      const { answer } = again ? await ask(place, first.token, deadline) : first;
      return fieldsIn(answer, reference) ?? (await giveUp(answer, deadline));
    } catch (cause) {
      throw deadline.signal.aborted ? unavailable(url, `did not answer within ${config.deadlineMs} ms`) : cause;
    }
  };

  const giveUp = async ({ status, retryAfterMs }: Answered, deadline: Deadline): Promise<never> => {
    const why = status >= 500 ? await server.condition(deadline) : undefined;
    throw unavailable(url, why ?? strangeness(status), retryAfterMs);
  };

  return {
    async resolve(reference) {
      const place = placeIn(reference, id);
      const { mount, path, field, version } = place;
      const fields = await remembered(JSON.stringify([mount, ...path, version]), () => read(place, reference));
      const secret = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (typeof secret === 'string' && secret !== '') return secret;
      const why =
        secret === undefined ? `the secret has no field ${field}` : `the field ${field} is not text, or empty`;
      throw new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: ${why}`, details: { reference } });
    },
  };
}
