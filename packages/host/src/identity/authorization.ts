import {
  DEFAULT_REQUIRED_ROLE,
  EucoraError,
  ladderAllows,
  rolesThatMay,
  type LadderRole,
  type Permission,
} from '@eucora/sdk';
import { mayAny, type Identity } from './identity.js';

/**
 * What it takes to be let in at an address. `anybody`: no credential; `signed_in`: any credential that is believed, also one
 * without a role; else one of these permissions.
 */
export type Access = 'anybody' | 'signed_in' | Permission | readonly Permission[];

/** An address, and what it takes. */
export interface Guarded {
  readonly method: string;
  readonly path: string;
  readonly permission: Access;
}

/** @throws EucoraError `FORBIDDEN`, naming the permission and the roles that have it */
export function authorize(identity: Identity, route: Guarded, least?: LadderRole): void {
  const { method, path, permission: access } = route;
  if (access === 'anybody' || access === 'signed_in') return;
  const wanted = permissionsOf(access);
  if (!mayAny(identity, wanted))
    throw forbidden(identity, `${method} ${path} takes ${wanted.join(' or ')}`, rolesFor(wanted));
  const rung = least ?? DEFAULT_REQUIRED_ROLE;
  if (operatesConnector(route) && !ladderAllows(identity.roles, rung))
    throw forbidden(
      identity,
      `operations of a connector take at least ${rung} here (CONNECTOR_RBAC_ROLE)`,
      rolesFor(wanted, rung),
    );
}

/** @returns none for `anybody` and `signed_in` */
export const permissionsOf = (access: Access): readonly Permission[] =>
  access === 'anybody' || access === 'signed_in' ? [] : [access].flat();

/** Everything that makes a connector do something. To look at what is known of one is no operation. */
const operatesConnector = ({ path, permission }: Guarded): boolean =>
  path.startsWith('/api/connectors/') && permissionsOf(permission).every((each) => !each.endsWith('.read'));

const rolesFor = (wanted: readonly Permission[], rung?: LadderRole): readonly string[] =>
  [...new Set(wanted.flatMap(rolesThatMay))].filter((role) => !rung || ladderAllows([role], rung));

const forbidden = ({ subject, roles }: Identity, what: string, may: readonly string[]) =>
  new EucoraError('FORBIDDEN', {
    what: `${what}, and ${subject} ${roles.length > 0 ? `is ${roles.join(', ')}` : 'has no role'}; that is for ${may.join(', ')}`,
    details: { roles: may },
  });
