import { chanceOf } from '@eucora/sdk/testing';
import type { Machines } from './machines.js';
import { iso, type LandscapeAccount, type SimGroup } from './state.js';
import type { World } from './world.js';

const CREATOR = { name: 'EUCORA Hub', email: 'hub@example.com', id: 7 };
/** Room for the children of one group. */
const ROOM = 1_000_000;
const SUCCESS = 1;
const ERROR = 100;
const DEPENDENCY_ERROR = 101;

/** One row for each machine that a profile made do something, under a group for each edit; and what InstallPackages made. */
export function activityRows(world: World, fleet: Machines, account: LandscapeAccount) {
  fleet.wake(account);
  const rows: Record<string, unknown>[] = account.groups.map(groupJson);
  for (const { key, number, profile, deb, version, at, tags } of account.revisions) {
    const begun = [...new Set(tags.filter((aim) => aim.begun).map(({ tag }) => tag))];
    const members = begun.length > 0 ? fleet.members(begun) : [];
    if (members.length === 0) continue;
    const group = {
      id: number * ROOM,
      summary: `Apply package profile ${profile}`,
      at,
      computers: [],
      status: 'undelivered' as const,
    };
    rows.push(groupJson(group));
    members.forEach(({ id }, index) => {
      const status = statusOf(id, key, at);
      if (!status) return;
      rows.push({
        ...groupJson(group),
        id: group.id + 1 + index,
        type: 'ChangePackageProfilesRequest',
        parent_id: group.id,
        computer_id: Number(id),
        activity_status: status,
        result_code: resultOf(status, id, key),
        result_text: null,
        changes: [
          {
            package: deb,
            complemented: false,
            type: version === undefined ? 'remove' : 'install',
            version: version ?? '',
          },
        ],
      });
    });
  }

  function statusOf(id: string, key: string, at: number): string | undefined {
    if (account.unapproved.has(id)) return 'unapproved';
    if (account.stuck.has(id)) return 'delivered';
    switch (world.fleet.statusOf(id, key)) {
      case 'installed':
        return 'succeeded';
      case 'failed':
        return 'failed';
      case 'pending':
        return world.clock.now().getTime() > at ? 'delivered' : 'undelivered';
      default:
        return undefined;
    }
  }

  function resultOf(status: string, id: string, key: string): number | null {
    if (status === 'succeeded') return SUCCESS;
    if (status !== 'failed') return null;
    return chanceOf(world.seed, id, key, 'result') < 0.5 ? ERROR : DEPENDENCY_ERROR;
  }

  return rows;
}

export const groupJson = ({ id, summary, at, status }: SimGroup) => ({
  id,
  type: 'ActivityGroup',
  summary,
  activity_status: status,
  creation_time: iso(at),
  modification_time: iso(at),
  completion_time: null,
  computer_id: null as number | null,
  parent_id: null as number | null,
  deliver_delay_window: 0,
  result_code: null as number | null,
  result_text: null,
  creator: CREATOR,
  children: [],
});

/** `type:`, `parent-id:`, `status:`, `computer:id:N`, `created-after:`, `id:`; all must fit. Nothing for another word. */
export function selectActivities(rows: readonly Record<string, unknown>[], query: string) {
  let left = rows;
  for (const term of query.split(/\s+/).filter(Boolean)) {
    const [, name, value] = /^(type|parent-id|status|computer:id|created-after|id):(.+)$/.exec(term) ?? [];
    if (!name || (name === 'status' && !STATES.has(value!))) return undefined;
    left = left.filter((row) => {
      if (name === 'created-after') return String(row.creation_time) >= iso(Date.parse(value!));
      return String(row[FIELD[name]!]) === value;
    });
  }
  return left;
}

const FIELD: Readonly<Record<string, string>> = {
  type: 'type',
  'parent-id': 'parent_id',
  status: 'activity_status',
  'computer:id': 'computer_id',
  id: 'id',
};
const STATES = new Set(
  'undelivered delivered scheduled waiting blocked unapproved canceled failed succeeded'.split(' '),
);
