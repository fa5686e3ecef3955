import type { Context } from '@eucora/sdk';
import { idOf, type Graph } from './graph.js';
import type { MobileApp, MobileAppAssignment, Page, Win32LobApp } from './wire.js';

const APPS = '/deviceAppManagement/mobileApps';

export const appUrl = (id: string): string => `${APPS}/${encodeURIComponent(id)}`;

/** Proves that we may speak to Intune's apps, with the smallest question there is. */
export const askForOneApp = (graph: Graph, ctx: Context): Promise<unknown> =>
  graph.request(ctx, { method: 'GET', url: APPS, query: { $top: 1, $select: 'id' } });

/**
 * All Win32 apps of the tenant. Neither `notes` nor anything else of ours can be filtered, and fields of win32LobApp cannot be selected
 * on the list (facts file, section 6).
 */
export const win32Apps = (graph: Graph, ctx: Context): AsyncIterable<readonly MobileApp[]> =>
  graph.pages<MobileApp>(ctx, {
    url: APPS,
    query: {
      $filter: "isof('microsoft.graph.win32LobApp')",
      $select: 'id,displayName,notes,publishingState,createdDateTime',
    },
  });

/** Nothing where Intune does not know the app, or not yet. */
export async function readApp(graph: Graph, ctx: Context, id: string): Promise<MobileApp | undefined> {
  const { status, body } = await graph.request<MobileApp>(ctx, { method: 'GET', url: appUrl(id), accept: [404] });
  return status === 404 ? undefined : body;
}

/** Never repeated by the client: Intune takes a second app of the same name without a word. */
export async function createApp(graph: Graph, ctx: Context, app: Win32LobApp): Promise<string> {
  const { body } = await graph.request<MobileApp>(ctx, { method: 'POST', url: APPS, json: app, bodyRequired: true });
  return idOf(body, `the app "${app.displayName}"`);
}

/** @returns the app as it is now, where Graph tells */
export async function changeApp(
  graph: Graph,
  ctx: Context,
  id: string,
  changes: Partial<Pick<MobileApp, 'notes' | 'committedContentVersion'>>,
): Promise<MobileApp | undefined> {
  const { body } = await graph.request<MobileApp | undefined>(ctx, {
    method: 'PATCH',
    url: appUrl(id),
    json: { '@odata.type': '#microsoft.graph.win32LobApp', ...changes },
    replayable: true,
  });
  return body;
}

/** Replaces the whole set, so it may be said twice. 400 while the app is not published. */
export async function assign(
  graph: Graph,
  ctx: Context,
  id: string,
  assignments: readonly MobileAppAssignment[],
): Promise<void> {
  await graph.request(ctx, {
    method: 'POST',
    url: `${appUrl(id)}/assign`,
    json: { mobileAppAssignments: assignments },
    replayable: true,
  });
}

/** Per app: `$expand=assignments` on the list comes back empty now and then (facts file, section 6). */
export async function assignmentsOf(
  graph: Graph,
  ctx: Context,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly MobileAppAssignment[]>> {
  const found = new Map<string, readonly MobileAppAssignment[]>();
  const urls = ids.map((id) => `${appUrl(id)}/assignments`);
  if (ids.length === 1) return found.set(ids[0]!, await all(graph, ctx, urls[0]!));

  const answers = await graph.batch<Page<MobileAppAssignment>>(ctx, urls);
  for (const [index, { status, body }] of answers.entries()) {
    const first = status === 404 ? { value: [] } : body;
    const next = first['@odata.nextLink'];
    found.set(ids[index]!, next ? [...first.value, ...(await all(graph, ctx, next))] : first.value);
  }
  return found;
}

async function all(graph: Graph, ctx: Context, url: string): Promise<readonly MobileAppAssignment[]> {
  const assignments: MobileAppAssignment[] = [];
  for await (const page of graph.pages<MobileAppAssignment>(ctx, { url })) assignments.push(...page);
  return assignments;
}
