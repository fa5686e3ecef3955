import { EucoraError, ladderAllows, rolesThatMay, rungNamed, LADDER, type Permission } from '@eucora/sdk';
import { path } from './client.js';
import type { Command, Session } from './command.js';
import type { WhoAmIView } from './wire.js';

/** One line of help: who may do this. */
export function permissionText({ permission }: Pick<Command, 'permission'>): string {
  switch (permission) {
    case 'local':
      return 'Needs no permission: it asks no host.';
    case 'anybody':
      return 'Needs no permission.';
    case 'signed_in':
      return 'For anybody who is signed in.';
    default:
      return `Permission: ${permission} (${rolesThatMay(permission).join(', ')}).`;
  }
}

/**
 * `CONNECTOR_RBAC_ROLE` in our own environment: the least rung for operations of a connector. The host has its own, and
 * decides; this one can only refuse earlier, so that a pipeline does not use what its token happens to allow.
 *
 * @throws EucoraError `FORBIDDEN`, `INPUT_INVALID` for a rung that there is not
 */
export async function refuseBelowRung({ permission }: Pick<Command, 'permission'>, session: Session): Promise<void> {
  const asked = session.io.env.CONNECTOR_RBAC_ROLE;
  if (!asked || !OPERATIONS.has(permission as Permission)) return;
  const rung = rungNamed(asked);
  if (!rung)
    throw new EucoraError('INPUT_INVALID', {
      what: `CONNECTOR_RBAC_ROLE is ${asked}, and the roles of the ladder are ${LADDER.join(', ')}`,
      remedy: 'Set it to one of them, or leave it out.',
    });
  const { subject, roles } = await (await session.client()).request<WhoAmIView>({ path: path`/api/whoami/` });
  if (ladderAllows(roles, rung)) return;
  throw new EucoraError('FORBIDDEN', {
    what: `operations of a connector take at least ${rung} here (CONNECTOR_RBAC_ROLE), and ${subject} is ${roles.join(', ') || 'nothing'}`,
  });
}

const OPERATIONS: ReadonlySet<Permission> = new Set<Permission>(['connector.test', 'connector.write']);
