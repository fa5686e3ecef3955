import { deny, type EucoraError, type PolicyGate } from '@eucora/sdk';
import type { Registration } from '../registry/registration.js';

/** How the gates of a host stand: what was registered, what runs of it, and why the rest does not. */
export interface GateStanding {
  readonly registrations: readonly Registration[];
  running(id: string): PolicyGate | undefined;
  problem(id: string): EucoraError | undefined;
}

/**
 * Every gate that has to be asked. One that ought to run and does not is there as a gate that denies, and so is one that the
 * configuration requires and nobody registered: what cannot be asked has said no.
 *
 * @param required connector ids
 */
export function gatesToAsk(
  { registrations, running, problem }: GateStanding,
  required: readonly string[],
): readonly PolicyGate[] {
  const enabled = registrations
    .filter(({ kind, enabled: on }) => kind === 'gate' && on)
    .map((each) => each.connector_id);
  const missing = required.filter((id) => !enabled.includes(id));
  return [
    ...enabled.map((id) => running(id) ?? refusing(id, `gate ${id} does not run: ${reason(problem(id))}`)),
    ...missing.map((id) => refusing(id, `gate ${id} is required and ${standingOf(id, registrations)}`)),
  ];
}

const reason = (problem: EucoraError | undefined): string => problem?.message ?? 'it is not up yet';

function standingOf(id: string, registrations: readonly Registration[]): string {
  const found = registrations.find(({ connector_id }) => connector_id === id);
  if (!found) return 'not registered';
  return found.kind === 'gate' ? 'disabled' : `no gate but a plugin of the kind ${found.kind}`;
}

const refusing = (name: string, why: string): PolicyGate => ({ name, evaluate: async () => deny(why) });
