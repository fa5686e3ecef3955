import { EucoraError, type Context, type Scope } from '@eucora/sdk';
import type { Graph } from './graph.js';
import type { EntraDevice, ManagedDevice, Page } from './wire.js';

/** Casts and counts on the directory are "advanced queries"; they want this header on every page. */
const EVENTUAL = { ConsistencyLevel: 'eventual' };
const MEMBERS_A_PAGE = 999;
/** The whole of it in one go ends in 504 for large tenants (facts file, section 10). */
const DEVICES_A_PAGE = 500;
const FIELDS = 'id,azureADDeviceId,deviceName,operatingSystem,osVersion,lastSyncDateTime';
/** From here on it is cheaper to read the tenant's devices in pages than to ask for each. */
const ASK_FOR_EACH_UP_TO = 400;

const membersUrl = (group: string) => `/groups/${encodeURIComponent(group)}/transitiveMembers/graph.device`;
const MANAGED = '/deviceManagement/managedDevices';

/** Devices of one group, those of nested groups included. */
export async function countMembers(graph: Graph, ctx: Context, group: string): Promise<number> {
  const { body } = await graph.request<string>(ctx, {
    method: 'GET',
    url: `${membersUrl(group)}/$count`,
    headers: EVENTUAL,
    answer: 'text',
    bodyRequired: true,
  });
  const count = Number(body.trim());
  return Number.isInteger(count) ? count : (await membersOf(graph, ctx, { include: [group] })).size;
}

/** Entra device ids of a scope: members of any included group that are in no excluded one. */
export async function membersOf(graph: Graph, ctx: Context, scope: Scope): Promise<ReadonlySet<string>> {
  const members = new Set<string>();
  for (const group of scope.include) {
    for await (const id of deviceIds(graph, ctx, group)) members.add(id);
  }
  for (const group of scope.exclude ?? []) {
    for await (const id of deviceIds(graph, ctx, group)) members.delete(id);
  }
  return members;
}

async function* deviceIds(graph: Graph, ctx: Context, group: string): AsyncIterable<string> {
  const pages = graph.pages<EntraDevice>(ctx, {
    url: membersUrl(group),
    query: { $select: 'id,deviceId', $count: true, $top: MEMBERS_A_PAGE },
    headers: EVENTUAL,
  });
  for await (const page of pages) {
    for (const { id, deviceId } of page) {
      if (!deviceId) throw mayNotReadDevices(group, id);
      yield deviceId.toLowerCase();
    }
  }
}

/** Who may read memberships and not devices gets the members with their object ids and nothing else, and no refusal (Graph, "List group transitive members"). */
const mayNotReadDevices = (group: string, id: string) =>
  new EucoraError('PLANE_FORBIDDEN', {
    what: `Graph shows device ${id} of group ${group} without its device id`,
    remedy: 'Grant the application permission Device.Read.All, with admin consent.',
    details: { group, object_id: id },
  });

export const managedDevices = (graph: Graph, ctx: Context): AsyncIterable<readonly ManagedDevice[]> =>
  graph.pages<ManagedDevice>(ctx, { url: MANAGED, query: { $select: FIELDS, $top: DEVICES_A_PAGE } });

/**
 * Intune's ids of the given Entra devices. Reports speak of the first and groups of the second. A device that is not
 * enrolled has none.
 */
export async function intuneIdsOf(
  graph: Graph,
  ctx: Context,
  entraIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const keep = ({ id, azureADDeviceId }: ManagedDevice) => {
    const entraId = azureADDeviceId?.toLowerCase();
    if (entraId && entraIds.has(entraId)) found.set(entraId, id);
  };
  if (entraIds.size > ASK_FOR_EACH_UP_TO) {
    for await (const page of managedDevices(graph, ctx)) page.forEach(keep);
    return found;
  }
  const answers = await graph.batch<Page<ManagedDevice>>(ctx, [...entraIds].map(oneDeviceUrl));
  for (const { status, body } of answers) if (status < 300) body.value.forEach(keep);
  return found;
}

const oneDeviceUrl = (entraId: string) =>
  `${MANAGED}?$filter=${encodeURIComponent(`azureADDeviceId eq '${entraId.replaceAll("'", "''")}'`)}&$select=id,azureADDeviceId`;
