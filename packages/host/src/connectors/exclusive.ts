import { EucoraError, type Plugin } from '@eucora/sdk';
import type { Registration } from '../registry/registration.js';

/** Another connector of this host, as far as its credentials matter. */
export interface Neighbour {
  readonly id: string;
  /** As it stands in the registry. */
  readonly config: unknown;
  /** Accounts and secret references that are its own alone. */
  readonly exclusive: readonly string[];
}

/**
 * Some accounts serve one connector and no other (SPEC section 4: SCCM). Both sides are looked at, so that it does not matter which
 * of the two comes first.
 *
 * @param config as the plugin reads it
 * @throws EucoraError `CREDENTIAL_SHARED`
 */
export function refuseShared(
  { connector_id, config: raw }: Registration,
  plugin: Plugin,
  config: unknown,
  neighbours: readonly Neighbour[],
): void {
  const mine = new Set(textsIn(raw));
  const own = plugin.exclusive?.(config) ?? [];
  for (const { id, config: theirs, exclusive } of neighbours) {
    const used = new Set(textsIn(theirs));
    const taken = exclusive.find((one) => mine.has(one));
    if (taken !== undefined) throw shared(taken, id, connector_id);
    const lent = own.find((one) => used.has(one));
    if (lent !== undefined) throw shared(lent, connector_id, id);
  }
}

/** Every text in it, however deep. */
export function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) yield* textsIn(inner);
}

const shared = (what: string, owner: string, other: string) =>
  new EucoraError('CREDENTIAL_SHARED', {
    what: `${what} belongs to ${owner} alone, and ${other} uses it too`,
    details: { owner, other },
  });
