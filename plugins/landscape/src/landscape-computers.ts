import type { Context } from '@eucora/sdk';
import type { Landscape } from './landscape.js';
import type { Activity, Computer, ReportedPackage } from './wire.js';

const COMPUTERS = '/api/v2/computers';

/** Machines that carry any of the tags; all of them without tags. */
export const computers = (
  landscape: Landscape,
  ctx: Context,
  limit: number,
  tags?: readonly string[],
): AsyncIterable<readonly Computer[]> =>
  landscape.pages<Computer>(ctx, COMPUTERS, { ...(tags && { query: anyOf(tags) }), limit, offset: 0 });

/** Proves that we may read machines, with the smallest question there is. */
export const askForOneComputer = (landscape: Landscape, ctx: Context): Promise<unknown> =>
  landscape.request(ctx, { method: 'GET', url: COMPUTERS, query: { limit: 1 } });

/** Whether any machine carries the tag. Landscape makes a tag of any name that a profile is associated with. */
export async function isInUse(landscape: Landscape, ctx: Context, tag: string): Promise<boolean> {
  for await (const page of computers(landscape, ctx, 1, [tag])) return page.length > 0;
  return false;
}

/** The version of a package that each machine has reported, by computer id. */
export async function installedVersions(
  landscape: Landscape,
  ctx: Context,
  deb: string,
  tags: readonly string[],
  limit: number,
): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  const query = { query: anyOf(tags), 'names.1': deb, installed: true, limit };
  for await (const page of landscape.pages<ReportedPackage>(ctx, '/api/v2/packages', query)) {
    for (const { name, computers: rows } of page) {
      if (name !== deb) continue;
      for (const { id, status, current_version: version } of rows)
        if (version && (status === 'installed' || status === 'held')) found.set(id, version);
    }
  }
  return found;
}

/** What profiles made machines do since a moment, group rows left out. */
export async function* profileActivities(
  landscape: Landscape,
  ctx: Context,
  since: string | undefined,
  limit: number,
): AsyncIterable<readonly Activity[]> {
  const after = since === undefined ? '' : ` created-after:${since}`;
  const query = { query: `type:ChangePackageProfilesRequest${after}`, limit, offset: 0 };
  for await (const page of landscape.pages<Activity>(ctx, '/api/v2/activities', query)) {
    yield page.filter(({ computer_id: computer }) => typeof computer === 'number');
  }
}

const anyOf = (tags: readonly string[]) => tags.map((tag) => `tag:${tag}`).join(' OR ');
