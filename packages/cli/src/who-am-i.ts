import type { WhoAmIView } from './wire.js';

/** For a person. The subject stands there as well as the name: it is what the audit trail will say. */
export function whoAmIText({ subject, name, roles, permissions, agent }: WhoAmIView, { origin }: URL): string {
  const who = `${name === undefined ? subject : `${name} (${subject})`}${agent ? ', an agent' : ''}`;
  if (roles.length === 0)
    return `To ${origin} you are ${who}, and have no role.\n-> Ask for one; nothing else is open.`;
  return `To ${origin} you are ${who}: ${roles.join(', ')}.\nThat is: ${permissions.join(', ')}`;
}
