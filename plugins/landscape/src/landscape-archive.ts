import { until, type Context } from '@eucora/sdk';
import { listOf, notLandscape, type Landscape } from './landscape.js';
import type { ArchiveOperation, ArchiveStatus, Local, Publication } from './wire.js';

/** The package archive (debarchive), 26.04 and later. `v1beta1` is what the 26.04 documentation and its guides use. */
const ARCHIVE = '/debarchive/v1beta1';
const PACKAGES_A_PAGE = 1_000;

export interface ArchivePatience {
  readonly operationPollMs: number;
  readonly patienceMs: number;
}

const named = (kind: string, id: string) => `${kind}/${encodeURIComponent(id)}`;

/** Nothing where it was not made yet. */
export const readLocal = (landscape: Landscape, ctx: Context, id: string): Promise<Local | undefined> =>
  readOne<Local>(landscape, ctx, named('locals', id));

export const readPublication = (landscape: Landscape, ctx: Context, id: string): Promise<Publication | undefined> =>
  readOne<Publication>(landscape, ctx, named('publications', id));

async function readOne<T extends { readonly name: string }>(landscape: Landscape, ctx: Context, name: string) {
  const { status, body } = await landscape.request<T>(ctx, {
    method: 'GET',
    url: `${ARCHIVE}/${name}`,
    accept: [404],
  });
  if (status === 404) return undefined;
  if (typeof body.name !== 'string') throw notLandscape(`${name} has no name`);
  return body;
}

/** Under an id of our choosing, so that there can be but one. */
export const createLocal = (
  landscape: Landscape,
  ctx: Context,
  id: string,
  local: {
    readonly displayName: string;
    readonly comment: string;
    readonly defaultDistribution: string;
    readonly defaultComponent: string;
  },
) =>
  landscape.request(ctx, {
    method: 'POST',
    url: `${ARCHIVE}/locals`,
    query: { localId: id },
    json: local,
    accept: [409],
  });

/** `example-tool_2.0.0_amd64`, every one of them. */
export async function packagesOf(landscape: Landscape, ctx: Context, id: string): Promise<readonly string[]> {
  const all: string[] = [];
  let pageToken: string | undefined;
  do {
    const { body } = await landscape.request<{ localPackages?: unknown; nextPageToken?: string }>(ctx, {
      method: 'GET',
      url: `${ARCHIVE}/${named('locals', id)}/packages`,
      query: { pageSize: PACKAGES_A_PAGE, pageToken },
    });
    if (typeof body !== 'object' || body === null)
      throw notLandscape('the packages of a local repository are no object');
    // Protocol buffers leave an empty list out; an object of something else has neither.
    if (body.localPackages !== undefined) all.push(...listOf<string>(body.localPackages, 'localPackages'));
    pageToken = body.nextPageToken;
  } while (pageToken);
  return all;
}

export const importPackage = (landscape: Landscape, ctx: Context, id: string, url: string): Promise<string> =>
  start(landscape, ctx, `${named('locals', id)}:importPackages`, { name: `locals/${id}`, url });

/** A snapshot of the repository as it is now; what is imported later is not in it. */
export const publishPublication = (landscape: Landscape, ctx: Context, id: string): Promise<string> =>
  start(landscape, ctx, `${named('publications', id)}:publish`, { name: `publications/${id}` });

async function start(landscape: Landscape, ctx: Context, path: string, json: object): Promise<string> {
  const { body } = await landscape.request<ArchiveOperation>(ctx, {
    method: 'POST',
    url: `${ARCHIVE}/${path}`,
    json,
    bodyRequired: true,
  });
  if (typeof body.name !== 'string') throw notLandscape(`no operation came back for ${path}`);
  return body.name;
}

/** Waits for a long operation. One that nobody remembers any more has ended. @returns why, when it ended badly */
export async function finished(
  landscape: Landscape,
  ctx: Context,
  { operationPollMs, patienceMs }: ArchivePatience,
  name: string | null | undefined,
  what: string,
): Promise<ArchiveStatus | undefined> {
  const id = /^operations\/(.+)$/.exec(name ?? '')?.[1];
  if (id === undefined) return undefined;
  const ended = await until(ctx, { everyMs: operationPollMs, patienceMs, waitingFor: what }, async () => {
    const { status, body } = await landscape.request<ArchiveOperation>(ctx, {
      method: 'GET',
      url: `${ARCHIVE}/${named('operations', id)}`,
      accept: [404],
    });
    if (status === 404) return { name: id };
    if (typeof body.name !== 'string') throw notLandscape(`operation ${id} has no name`);
    return body.done ? body : undefined;
  });
  return ended.error;
}
