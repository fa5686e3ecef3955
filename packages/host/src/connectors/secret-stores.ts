import { EucoraError, isEucoraError, type SecretProvider } from '@eucora/sdk';
import type { Registration } from '../registry/registration.js';
import { textsIn } from './exclusive.js';
import { inTime } from './patience.js';

/** The registered secret providers. The connector id of each is the scheme of the references that it answers. */
export interface SecretStores {
  ids(): readonly string[];
  /** @throws EucoraError `SECRET_STORE_UNAVAILABLE` when it is registered and does not run */
  find(id: string): SecretProvider | undefined;
}

/** What the host answers itself. */
const OWN = ['env', 'file'];
/** Would make a reference of every address in a configuration. */
const ADDRESSES = ['http', 'https'];
const SCHEME = /^([a-z][a-z0-9.-]*):./;
const AS_SCHEME = /^[a-z][a-z0-9.-]*$/;
/** Milliseconds. A store's own limit is to be shorter. */
const PATIENCE_MS = 15_000;

/**
 * Every secret reference there is: `env:` and `file:` by the host, any other by the provider that is registered under its scheme.
 *
 * @param own resolves `env:` and `file:`
 */
export const secretsByScheme = (own: SecretProvider, stores: () => SecretStores): SecretProvider => ({
  async resolve(reference) {
    const scheme = schemeOf(reference) ?? '';
    if (OWN.includes(scheme)) return own.resolve(reference);
    const store = stores().find(scheme);
    if (store) return askStore(store, scheme, reference);
    const schemes = [...OWN, ...stores().ids()];
    throw new EucoraError('SECRET_REFERENCE_INVALID', {
      what: `the given text is not a secret reference; here they begin with ${schemes.join(':, ')}:`,
      details: { schemes },
    });
  },
});

const schemeOf = (text: string): string | undefined => SCHEME.exec(text)?.[1];

/** What a store says when it fails in a way of its own is not repeated: it may hold what it read. */
async function askStore(store: SecretProvider, id: string, reference: string): Promise<string> {
  try {
    const secret: unknown = await inTime(() => store.resolve(reference), AbortSignal.timeout(PATIENCE_MS));
    if (typeof secret === 'string' && secret !== '') return secret;
  } catch (cause) {
    if (isEucoraError(cause)) throw cause;
    throw new EucoraError('SECRET_STORE_UNAVAILABLE', { what: `${id} failed to answer for ${reference}` });
  }
  throw new EucoraError('SECRET_NOT_FOUND', { what: `${reference}: ${id} has no text there`, details: { reference } });
}

/** The stores that a configuration refers to. */
export const storesNamedIn = (config: unknown, ids: readonly string[]): readonly string[] => {
  const named = new Set([...textsIn(config)].map(schemeOf));
  return ids.filter((id) => named.has(id));
};

/** @throws EucoraError `INPUT_INVALID` when nothing could refer to the provider under its id */
export function refuseOtherSchemes({ connector_id, kind }: Pick<Registration, 'connector_id' | 'kind'>): void {
  if (kind !== 'secrets') return;
  const taken = OWN.includes(connector_id) || ADDRESSES.includes(connector_id);
  if (!taken && AS_SCHEME.test(connector_id)) return;
  const message = taken ? 'is taken' : 'begins references, so it is made of lower-case letters, digits, "." and "-"';
  throw new EucoraError('INPUT_INVALID', {
    what: `connector_id ${message}`,
    remedy: 'Give the provider another id, such as vault.',
    details: { fields: [{ path: 'connector_id', message }] },
  });
}
