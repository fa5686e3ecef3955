import { route, type Answer, type Exchange, type Ledger, type Route, type SimulatorRequest } from '@eucora/sdk/testing';
import { refused } from './answers.js';
import type { LandscapeAccount } from './state.js';
import type { World } from './world.js';

/** One call of the legacy API. */
export interface Call {
  readonly account: LandscapeAccount;
  readonly ledger: Ledger;
  /** Empty where it was not given. */
  field(name: string): string;
  /** `tags.1`, `tags.2`, … */
  list(name: string): string[];
}

export type Action = (call: Call) => Answer;

const VERSIONS = new Set(['2011-08-01', '2013-11-04']);
const READS = /^(Get|List|Diff)/;

/** One address for all actions, by GET or by POST form. */
export function legacyRoutes(
  world: World,
  actions: Readonly<Record<string, Action>>,
): readonly Route<LandscapeAccount>[] {
  const reads = (request: SimulatorRequest) => READS.test(fieldsOf(request).get('action') ?? '');
  const handle = (exchange: Exchange<LandscapeAccount>): Answer => {
    const fields = fieldsOf(exchange);
    const name = fields.get('action') ?? '';
    if (!VERSIONS.has(fields.get('version') ?? ''))
      return refused('InvalidVersion', 'The version is missing or unknown');
    const action = actions[name];
    if (!action) return refused('UnknownAction', `There is no action ${name} here`);
    if (exchange.method === 'GET' && !READS.test(name))
      return refused('InvalidMethod', `${name} changes state and wants a POST`);
    return action({
      account: exchange.state,
      ledger: world.ledger(),
      field: (field) => fields.get(field) ?? '',
      list: (field) =>
        [...fields]
          .filter(([key]) => key.startsWith(`${field}.`))
          .sort(([a], [b]) => Number(a.split('.').at(-1)) - Number(b.split('.').at(-1)))
          .map(([, value]) => value),
    });
  };
  // Without its slash the address is known and signed otherwise: nobody gets past the check of the signature.
  return ['/api/', '/api'].flatMap((path) => [route('POST', path, handle, { reads }), route('GET', path, handle)]);
}

export const fieldsOf = (request: SimulatorRequest): URLSearchParams =>
  request.form ?? new URLSearchParams(request.query as Record<string, string>);
