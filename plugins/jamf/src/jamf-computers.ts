import { EucoraError, isEucoraError, type Context, type Scope } from '@eucora/sdk';
import { notJamf } from './errors.js';
import type { Jamf } from './jamf.js';
import type { ComputerGroup, InventoryRow, PolicyLogRow } from './wire.js';

/**
 * Jamf's ids of computer groups, smart and static, by name.
 *
 * @throws EucoraError `PLANE_OBJECT_MISSING` naming the groups that are not there
 */
export async function groupIds(
  jamf: Jamf,
  ctx: Context,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { body } = await jamf.request<readonly ComputerGroup[]>(ctx, { method: 'GET', url: '/api/v1/computer-groups' });
  if (!Array.isArray(body)) throw notJamf('Jamf Pro has no list of computer groups');
  const all = new Map((body as readonly ComputerGroup[]).map(({ id, name }) => [name, id]));
  const missing = names.filter((name) => !all.has(name));
  if (missing.length === 0) return all;
  throw new EucoraError('PLANE_OBJECT_MISSING', {
    what: `Jamf Pro has no computer group ${missing.map((name) => `"${name}"`).join(', ')}`,
    remedy: "Check the names in the intent's scopes, capitals included, and whether somebody deleted the group.",
    details: { groups: missing },
  });
}

/** Computers of the scope by Jamf's id: members of any included group and of no excluded one. */
export async function membersOf(jamf: Jamf, ctx: Context, scope: Scope): Promise<ReadonlySet<string>> {
  const { include, exclude = [] } = scope;
  const ids = await groupIds(jamf, ctx, [...include, ...exclude]);
  const members = new Set<string>();
  for (const group of include) for (const id of await membersOfGroup(jamf, ctx, ids.get(group)!)) members.add(id);
  for (const group of exclude) for (const id of await membersOfGroup(jamf, ctx, ids.get(group)!)) members.delete(id);
  return members;
}

interface GroupAnswer {
  readonly computer_group?: { readonly computers?: readonly { readonly id: number | string }[] };
}

/** The Pro API shows members of smart groups only; the Classic API those of both, and as JSON, which is read faster than XML. */
async function membersOfGroup(jamf: Jamf, ctx: Context, id: string): Promise<readonly string[]> {
  const { body } = await jamf.request<GroupAnswer>(ctx, {
    method: 'GET',
    url: `/JSSResource/computergroups/id/${encodeURIComponent(id)}`,
  });
  const computers = body.computer_group?.computers;
  if (!Array.isArray(computers)) throw notJamf(`computer group ${id} has no computers`);
  return (computers as readonly { id: number | string }[]).map((computer) => String(computer.id));
}

/** Ids of one question: they stand in its address. */
const AT_A_TIME = 200;

/** Inventory of computers by their ids, in pages; those that Jamf does not have are not in it. */
export async function* inventoryOf(
  jamf: Jamf,
  ctx: Context,
  ids: readonly string[],
  sections: readonly string[],
): AsyncIterable<{ readonly asked: readonly string[]; readonly rows: ReadonlyMap<string, InventoryRow> }> {
  for (let at = 0; at < ids.length; at += AT_A_TIME) {
    const asked = ids.slice(at, at + AT_A_TIME);
    const rows = new Map<string, InventoryRow>();
    const filter = `id=in=(${asked.join(',')})`;
    for await (const page of inventory(jamf, ctx, { section: sections, filter })) {
      for (const row of page) rows.set(row.id, row);
    }
    yield { asked, rows };
  }
}

/** Servers before 11.30 have no v4. */
const INVENTORY = '/api/v4/computers-inventory';
const OLDER_INVENTORY = '/api/v3/computers-inventory';
const older = new WeakSet<Jamf>();

/** Every computer that Jamf manages, in pages. */
export async function* inventory(
  jamf: Jamf,
  ctx: Context,
  query: { readonly section: readonly string[]; readonly filter?: string },
): AsyncIterable<readonly InventoryRow[]> {
  const sorted = { sort: 'id:asc', ...query };
  if (!older.has(jamf)) {
    try {
      yield* jamf.pages<InventoryRow>(ctx, INVENTORY, sorted);
      return;
    } catch (cause) {
      if (!isEucoraError(cause) || cause.code !== 'PLANE_OBJECT_MISSING') throw cause;
      older.add(jamf);
    }
  }
  yield* jamf.pages<InventoryRow>(ctx, OLDER_INVENTORY, sorted);
}

interface HistoryAnswer {
  readonly computer_history?: { readonly policy_logs?: readonly PolicyLogRow[] };
}

/** The policies that a computer has run; nothing where Jamf does not know the computer. Those that it has yet to run are not in it. */
export async function policyLogs(jamf: Jamf, ctx: Context, computer: string): Promise<readonly PolicyLogRow[]> {
  const { status, body } = await jamf.request<HistoryAnswer>(ctx, {
    method: 'GET',
    url: `/JSSResource/computerhistory/id/${encodeURIComponent(computer)}/subset/PolicyLogs`,
    accept: [404],
  });
  if (status === 404) return [];
  const logs = body.computer_history?.policy_logs;
  if (!Array.isArray(logs)) throw notJamf(`the history of computer ${computer} has no policy logs`);
  return logs as readonly PolicyLogRow[];
}
