import { mayDo, ROLES, isRole, type Permission, type RoleName } from '@eucora/sdk';
import { LOCAL_ADMIN } from '../http/local-token.js';

/** Who asks, as a credential proved it. */
export interface Identity {
  /** The actor of every event that this request leads to. One person has one, however many accounts. */
  readonly subject: string;
  /** Names of ours only; what else the credential said gives nothing. */
  readonly roles: readonly RoleName[];
  /** It is no person: an AI, or other automation. */
  readonly agent: boolean;
  /** For the eyes of the one who asks. Never stored: names change and belong to people. */
  readonly name?: string;
}

/** Who asks where anybody may: nobody was proved to be anybody. */
export const ANYBODY: Identity = { subject: 'anybody', roles: [], agent: false };

/** The holder of the token in the data folder, who owns that folder and with it everything. */
export const LOCAL: Identity = { subject: LOCAL_ADMIN, roles: ['platform_admin'], agent: false };

/** Actors of the hub's own events. A provider's subject of such a name would write in their names. */
export const RESERVED: ReadonlySet<string> = new Set([ANYBODY.subject, LOCAL.subject, 'system']);

/** What the roles give, as patterns: `package.*`. */
export const permissionsOf = ({ roles }: Identity): readonly string[] => [
  ...new Set(roles.flatMap((role) => ROLES[role])),
];

export const rolesIn = (names: readonly string[]): readonly RoleName[] => [...new Set(names.filter(isRole))];

export const mayAny = ({ roles }: Identity, permissions: readonly Permission[]): boolean =>
  permissions.some((permission) => mayDo(roles, permission));
