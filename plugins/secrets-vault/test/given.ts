import { EucoraError, isEucoraError, type SecretProvider } from '@eucora/sdk';
import { virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { vaultConfig, type SignInConfig } from '../src/config.js';
import { vaultSecrets } from '../src/provider.js';
import { CREDENTIALS, standIn } from './stand-in.js';

/** A store that stands in for the real one, and the plugin in front of it; time passes by itself when somebody waits. */
export async function givenStore(settings: object = {}) {
  const clock = virtualClock({ autoAdvance: true });
  const store = await standIn(clock);
  const waits: number[] = [];
  const time = { now: () => clock.now(), sleep: (ms: number) => (waits.push(ms), clock.sleep(ms)) };
  const config = await configOf({ url: store.url, ...('auth' in settings ? {} : APPROLE), ...settings });
  const vault = vaultSecrets(config, { id: 'vault', secrets: own, time, random: () => 0.5 });
  /** Paths below `/v1/`, in the order in which they were asked for. */
  const asked = () => store.seen.map(({ path }) => path.slice('/v1/'.length));
  return { store, vault, clock, waits, asked, config };
}

export const APPROLE = { auth: 'approle', roleId: CREDENTIALS.roleId, secretId: 'env:SECRET_ID' };
export const KUBERNETES = { auth: 'kubernetes', role: 'eucora' };

/** What the host would hand in. */
export const own: SecretProvider = {
  async resolve(reference) {
    const values: Readonly<Record<string, string>> = {
      'env:SECRET_ID': CREDENTIALS.secretId,
      'env:WRONG': 'wrong',
      'file:/var/run/secrets/kubernetes.io/serviceaccount/token': CREDENTIALS.jwt,
    };
    const value = values[reference];
    if (value === undefined) throw new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: not set` });
    return value;
  },
};

export async function configOf(settings: unknown): Promise<SignInConfig> {
  const result = await vaultConfig['~standard'].validate(settings);
  if (result.issues) throw new Error(result.issues.map(({ message }) => message).join(', '));
  return result.value;
}

export const refusal = (work: Promise<unknown>): Promise<EucoraError> =>
  work.then(
    (value) => expect.fail(`it gave ${String(value)}`),
    (cause: unknown) => {
      if (isEucoraError(cause)) return cause;
      throw cause;
    },
  );
