import { json, type Answer } from '@eucora/sdk/testing';
import { refused, refusedInText, refusedManifold } from './answers.js';
import { groupJson } from './activities.js';
import type { Action, Call } from './legacy-route.js';
import type { Machines } from './machines.js';
import { selected } from './query.js';
import type { World } from './world.js';

/** Activities by name of package and query. They know no version, and each call makes another group. */
export function packageActions(world: World, fleet: Machines): Readonly<Record<string, Action>> {
  const known = ({ account }: Call) => new Set(account.revisions.map(({ deb }) => deb));

  const change =
    (verb: string): Action =>
    (call) => {
      const names = call.list('packages');
      const unknown = names.filter((name) => !known(call).has(name));
      const computers = selected(world.fleet.devices, call.field('query'));
      const complaints = [
        ...(unknown.length > 0
          ? [{ error: 'UnknownPackages', message: `Unknown packages: ${unknown.join(', ')}` }]
          : []),
        ...(computers.length === 0 ? [{ error: 'UnknownComputers', message: 'The query matches no computer' }] : []),
      ];
      if (complaints.length > 1) return refusedManifold(complaints);
      if (complaints[0]) return refused(complaints[0].error, complaints[0].message);
      const group = {
        id: world.nextId('group'),
        summary: `${verb} ${names.join(' and ')}`,
        at: world.clock.now().getTime(),
        computers: computers.map(({ id }) => Number(id)),
        status: 'undelivered' as const,
      };
      call.account.groups.push(group);
      call.ledger.record('activity_created', String(group.id), { summary: group.summary });
      return json(200, groupJson(group));
    };

  return {
    InstallPackages: change('Install packages'),
    RemovePackages: change('Remove packages'),

    CancelActivities: ({ account, field }): Answer => {
      const ids = [...field('query').matchAll(/\bid:(\d+)/g)].map(([, id]) => Number(id));
      const groups = account.groups.filter(({ id, status }) => ids.includes(id) && status === 'undelivered');
      if (groups.length < ids.length) return refusedInText(ids.map((id) => `${id} => cannot be canceled `).join('\n'));
      for (const group of groups) group.status = 'canceled';
      return json(200, ids);
    },

    ApproveActivities: ({ account, ledger }): Answer => {
      const waiting = [...account.unapproved];
      account.unapproved.clear();
      fleet.wake(account);
      ledger.record('activities_approved', waiting.join(','));
      return json(200, waiting.map(Number));
    },
  };
}
