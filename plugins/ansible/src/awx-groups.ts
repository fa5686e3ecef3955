import type { Context } from '@eucora/sdk';
import { allOf, idOf, type Awx } from './awx.js';
import { descriptionOf, groupNameOf, writeRecord, type HubRecord } from './records.js';
import type { GroupRow, HostRow } from './wire.js';

export const groupsUrl = (inventory: number) => `/inventories/${inventory}/groups/`;
export const groupUrl = (id: number | string) => `/groups/${id}/`;
const hostsUrl = (inventory: number) => `/inventories/${inventory}/hosts/`;
const membersUrl = (group: number) => `/groups/${group}/all_hosts/`;

export const groupsBeginningWith = (
  awx: Awx,
  ctx: Context,
  inventory: number,
  prefix: string,
): AsyncIterable<readonly GroupRow[]> => awx.pages<GroupRow>(ctx, groupsUrl(inventory), { name__startswith: prefix });

/** Ids by name; a name that the inventory does not have is left out. */
export async function groupsNamed(
  awx: Awx,
  ctx: Context,
  inventory: number,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await allOf(awx.pages<GroupRow>(ctx, groupsUrl(inventory), { name__in: names.join(',') }));
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Refused by AWX where the name is taken: `__all__: Group with this Name and Inventory already exists.` */
export async function createRecord(awx: Awx, ctx: Context, inventory: number, record: HubRecord): Promise<number> {
  const { body } = await awx.request<GroupRow>(ctx, {
    method: 'POST',
    url: groupsUrl(inventory),
    json: {
      name: groupNameOf(record),
      description: descriptionOf(record),
      inventory,
      variables: writeRecord(record),
    },
    bodyRequired: true,
  });
  return idOf(body, `group ${groupNameOf(record)}`);
}

/** The whole record each time, so that saying it twice is saying it once. */
export async function changeRecord(awx: Awx, ctx: Context, id: number, record: HubRecord): Promise<void> {
  await awx.request(ctx, {
    method: 'PATCH',
    url: groupUrl(id),
    json: { description: descriptionOf(record), variables: writeRecord(record) },
    replayable: true,
  });
}

/** What is gone is gone. */
export async function deleteRecord(awx: Awx, ctx: Context, id: number): Promise<void> {
  await awx.request(ctx, { method: 'DELETE', url: groupUrl(id), replayable: true, answer: 'none', accept: [404] });
}

/** Hosts of the group and of the groups in it. */
export const membersOfGroup = (awx: Awx, ctx: Context, group: number): AsyncIterable<readonly HostRow[]> =>
  awx.pages<HostRow>(ctx, membersUrl(group));

export const countMembers = (awx: Awx, ctx: Context, group: number, enabledOnly: boolean): Promise<number> =>
  awx.count(ctx, membersUrl(group), enabledOnly ? { enabled: true } : {});

export const hostsOfInventory = (awx: Awx, ctx: Context, inventory: number): AsyncIterable<readonly HostRow[]> =>
  awx.pages<HostRow>(ctx, hostsUrl(inventory));
