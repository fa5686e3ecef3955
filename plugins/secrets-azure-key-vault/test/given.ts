import { EucoraError, isEucoraError, type SecretProvider } from '@eucora/sdk';
import { virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { keyVaultConfig, type SignInConfig } from '../src/config.js';
import { keyVaultSecrets } from '../src/provider.js';
import { standIn, VAULT } from './stand-in.js';

/** A vault that stands in for the real one, and the plugin in front of it; time passes by itself when somebody waits. */
export async function givenVault(settings: object = {}) {
  const clock = virtualClock({ autoAdvance: true });
  const vault = await standIn();
  const waits: number[] = [];
  const time = { now: () => clock.now(), sleep: (ms: number) => (waits.push(ms), clock.sleep(ms)) };
  const config = await configOf({ url: VAULT, ...('auth' in settings ? {} : CLIENT_SECRET), ...settings });
  const own = ownSecrets();
  const { httpClient } = vault;
  const secrets = keyVaultSecrets(config, { id: 'kv', secrets: own, time, random: () => 0.5, httpClient });
  return { vault, secrets, own, clock, waits, config };
}

export const CLIENT_SECRET = {
  auth: 'client_secret',
  tenantId: 'tenant',
  clientId: 'hub',
  clientSecret: 'env:CLIENT_SECRET',
};
export const WORKLOAD = { auth: 'workload_identity', tenantId: 'tenant', clientId: 'hub' };
export const MANAGED = { auth: 'managed_identity' };

export function ownSecrets(): SecretProvider & { readonly values: Map<string, string> } {
  const values = new Map([
    ['env:CLIENT_SECRET', 'first client secret'],
    ['file:/var/run/secrets/azure/tokens/azure-identity-token', 'header.claims.signature'],
  ]);
  return {
    values,
    async resolve(reference) {
      const value = values.get(reference);
      if (value === undefined) throw new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: not set` });
      return value;
    },
  };
}

export async function configOf(settings: unknown): Promise<SignInConfig> {
  const result = await keyVaultConfig['~standard'].validate(settings);
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
