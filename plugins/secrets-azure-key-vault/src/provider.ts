import { SecretClient, type GetSecretOptions } from '@azure/keyvault-secrets';
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
import type { SignInConfig } from './config.js';
import { identityOf, type HttpClient } from './identity.js';
import { placeIn, type Place } from './reference.js';
import { isTokenRefused, meaningOf, unavailable } from './refusals.js';

export interface KeyVaultOptions extends CreateOptions {
  readonly time?: Time;
  /** 0 to 1, for the waits between attempts. */
  readonly random?: () => number;
  readonly httpClient?: HttpClient;
}

const ATTEMPTS = 3;
/** Milliseconds; doubled for the second wait, and any part of it may be waited. */
const FIRST_WAIT = 400;

/**
 * Secrets from one vault.
 *
 * @throws EucoraError from `resolve`: `SECRET_REFERENCE_INVALID`, `SECRET_NOT_FOUND`, `SECRET_STORE_FORBIDDEN`,
 *   `SECRET_STORE_UNAVAILABLE`, and what our own credentials fail with
 */
export function keyVaultSecrets(config: SignInConfig, options: KeyVaultOptions): SecretProvider {
  const { id, secrets, time = realTime, random = Math.random, httpClient } = options;
  if (!secrets) throw new EucoraError('PLUGIN_LOAD_FAILED', { what: `${id} was given no way to its own credentials` });
  const { url } = config;
  const sending = httpClient && { httpClient };
  const connect = () =>
    new SecretClient(url, identityOf(config, { secrets, ...sending }), {
      ...sending,
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 },
    });
  let client = connect();
  const remembered = rememberFor<string>(config.cacheSeconds * 1_000, () => time.now());

  const once = async (place: Place, { signal }: Deadline): Promise<string | undefined> => {
    const used = client;
    try {
      return await ask(used, place, signal);
    } catch (cause) {
      if (!isTokenRefused(cause)) throw cause;
      if (client === used) client = connect();
      return ask(client, place, signal);
    }
  };

  /** Asks again, a few times and before the deadline, when the vault is busy or cannot be reached. */
  const read = async (place: Place, reference: string, deadline: Deadline): Promise<string> => {
    for (let tried = 1; ; tried++) {
      try {
        const value = await once(place, deadline);
        if (value) return value;
        throw new EucoraError('SECRET_NOT_FOUND', {
          what: `${reference}: the secret is empty`,
          details: { reference },
        });
      } catch (cause) {
        const meaning = meaningOf(cause, url, reference);
        const wait = meaning.retryAfterMs ?? FIRST_WAIT * 2 ** (tried - 1) * random();
        const late = deadline.signal.aborted || time.now().getTime() + wait >= deadline.at;
        if (meaning.code !== 'SECRET_STORE_UNAVAILABLE' || tried === ATTEMPTS || late) throw meaning;
        await time.sleep(wait, deadline.signal);
      }
    }
  };

  const readInTime = async (place: Place, reference: string): Promise<string> => {
    const deadline = deadlineIn(config.deadlineMs, time);
    try {
      return await within(deadline, read(place, reference, deadline));
    } catch (cause) {
      throw deadline.signal.aborted ? unavailable(url, `did not answer within ${config.deadlineMs} ms`) : cause;
    }
  };

  return {
    async resolve(reference) {
      const place = placeIn(reference, id);
      return remembered(`${place.name}@${place.version ?? ''}`, () => readInTime(place, reference));
    },
  };
}

/** The library stumbles over a refusal without a body of JSON; its status counts all the same. */
async function ask(client: SecretClient, { name, version }: Place, signal: AbortSignal): Promise<string | undefined> {
  let refusal: object | undefined;
  const onResponse: GetSecretOptions['onResponse'] = (response) => {
    if (response.status !== 200) refusal = { name: 'RestError', statusCode: response.status, response };
  };
  try {
    return (await client.getSecret(name, { abortSignal: signal, onResponse, ...(version && { version }) })).value;
  } catch (cause) {
    throw refusal && cause instanceof TypeError ? Object.assign(new Error('no JSON', { cause }), refusal) : cause;
  }
}
