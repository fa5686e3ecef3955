import { EucoraError, type Context, type HeldPackage, type Order } from '@eucora/sdk';
import type { LandscapeConfig, RepositoryConfig } from './config.js';
import { failedOperation } from './errors.js';
import type { Landscape } from './landscape.js';
import {
  createLocal,
  finished,
  importPackage,
  packagesOf,
  publishPublication,
  readLocal,
  readPublication,
} from './landscape-archive.js';
import { readListed, type Deb } from './mapping.js';
import { OURS, ownLocal } from './local.js';
import { repositoryDifferences, servedBy } from './mirror.js';
import type { Shelf, ShelfEntry } from './shelf.js';
import type { SourceState } from './state.js';
import type { Publication } from './wire.js';

interface Wanted {
  readonly publication: string;
  readonly order: Order;
  readonly deb: Deb;
}

/**
 * What the local repository holds of the application, and what the ring's publication serves of that. A publication is a snapshot: it has what was
 * imported before it, which the API tells by two times and the published index, where one is configured, by name and digest.
 */
export async function observeArchive(
  landscape: Landscape,
  ctx: Context,
  repository: RepositoryConfig,
  shelf: Shelf,
  { publication: id, order, deb }: Wanted,
): Promise<SourceState> {
  const local = await ownLocal(landscape, ctx, repository.local);
  const publication = await ringPublication(landscape, ctx, repository, id, order);
  const entries = await shelf.entries();
  const listed = local
    ? (await packagesOf(landscape, ctx, repository.local)).flatMap((text) => readListed(text) ?? [])
    : [];
  const index = await servedBy(landscape, ctx, repository, order.ring);

  const packages = listed
    .filter(({ name }) => name === deb.name)
    .map(({ name, version, architecture }): HeldPackage => {
      const entry = entryOf(entries, { name, version });
      return {
        version: version === deb.version ? order.package.version : (versionIn(entry?.package) ?? version),
        ref: `${name}_${version}_${architecture}`,
        ready:
          isIn(publication, entry?.importedAt ?? local?.lastImportTime) &&
          (index === undefined || index.some((one) => one.name === name && one.version === version)),
      };
    });
  const wanted = packages.find(({ version }) => version === order.package.version);
  const known = entries.some(({ sha256 }) => sha256 === order.package.artifact.sha256);
  return {
    packages,
    source: {
      kind: 'archive',
      local: repository.local,
      publication: id,
      made: local !== undefined,
      imported: wanted !== undefined && known,
      published: wanted?.ready ?? false,
      tampered: repositoryDifferences(entries, listed, index).filter(
        ({ kind, name, version }) => name === deb.name && kind !== 'missing' && (known || version !== deb.version),
      ),
    },
  };
}

/** The writes to the repository. One at a time within this process; Landscape itself takes one import at a time. */
export function repositoryKeeper(
  landscape: Landscape,
  config: LandscapeConfig,
  repository: RepositoryConfig,
  shelf: Shelf,
) {
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.catch(() => {}).then(work);
    turn = mine;
    return mine;
  };
  const holds = async (ctx: Context, deb: Deb) =>
    (await packagesOf(landscape, ctx, repository.local)).some((text) => {
      const listed = readListed(text);
      return listed?.name === deb.name && listed.version === deb.version;
    });
  const noteImported = async (ctx: Context, order: Order) => {
    const local = await readLocal(landscape, ctx, repository.local);
    await shelf.note(order.package, local?.lastImportTime ?? ctx.now().toISOString());
  };

  return {
    make: (ctx: Context) =>
      createLocal(landscape, ctx, repository.local, {
        displayName: repository.local,
        comment: `${OURS} Packages that EUCORA Hub publishes. Do not change it by hand.`,
        defaultDistribution: repository.distribution,
        defaultComponent: repository.component,
      }),

    /** An import whose answer was lost may still be going on: it is waited for before another is asked for. */
    bringIn: (ctx: Context, order: Order, deb: Deb) =>
      inTurn(async () => {
        const what = `the import of ${deb.name} ${deb.version}`;
        const known = (await shelf.entries()).some(({ sha256 }) => sha256 === order.package.artifact.sha256);
        const url = await shelf.put(ctx, order.package);
        // Known before it is there, so that nobody takes it for a stranger's.
        await shelf.note(order.package);
        const local = await readLocal(landscape, ctx, repository.local);
        await finished(landscape, ctx, config, local?.lastOperation, 'an earlier import');
        if (!known || !(await holds(ctx, deb))) {
          const started = await importPackage(landscape, ctx, repository.local, url);
          const failure = await finished(landscape, ctx, config, started, what);
          if (failure) throw failedOperation(`${what} from ${url}`, failure);
        }
        if (!(await holds(ctx, deb))) throw notImported(deb, url);
        await noteImported(ctx, order);
      }),

    /** One that is going on is waited for; it may be our own, whose answer was lost. */
    publish: (ctx: Context, order: Order, id: string) =>
      inTurn(async () => {
        const what = `the publication ${id} of ring ${order.ring}`;
        const before = await readPublication(landscape, ctx, id);
        await finished(landscape, ctx, config, before?.lastOperation, what);
        const now = await readPublication(landscape, ctx, id);
        const entry = (await shelf.entries()).find(({ sha256 }) => sha256 === order.package.artifact.sha256);
        if (now?.publishTime !== before?.publishTime && isIn(now, entry?.importedAt)) return;
        if (entry?.importedAt === undefined) await noteImported(ctx, order);
        const started = await publishPublication(landscape, ctx, id);
        const failure = await finished(landscape, ctx, config, started, what);
        if (failure) throw failedOperation(what, failure);
      }),
  };
}

export type RepositoryKeeper = ReturnType<typeof repositoryKeeper>;

async function ringPublication(
  landscape: Landscape,
  ctx: Context,
  { local }: RepositoryConfig,
  id: string,
  { ring, purpose }: Order,
): Promise<Publication | undefined> {
  const publication = await readPublication(landscape, ctx, id);
  if (purpose === 'uninstall' || publication?.source === `locals/${local}`) return publication;
  if (!publication) {
    throw new EucoraError('PLANE_OBJECT_MISSING', {
      what: `Landscape has no publication "${id}", which ring ${ring} should get its packages from`,
      remedy: `Make it in Landscape with the source locals/${local}, or correct repository.publications.${ring}.`,
      details: { publication: id, ring },
    });
  }
  throw new EucoraError('PLANE_CONFLICT', {
    what: `the publication "${id}" of ring ${ring} publishes ${publication.source}, not locals/${local}`,
    remedy: `Correct repository.publications.${ring}, or the source of the publication.`,
    details: { publication: id, ring },
  });
}

const entryOf = (entries: readonly ShelfEntry[], deb: Deb): ShelfEntry | undefined =>
  entries.find(({ name, version }) => name === deb.name && version === deb.version);

const isIn = (publication: Publication | undefined, importedAt: string | null | undefined): boolean =>
  publication?.publishTime != null &&
  importedAt != null &&
  Date.parse(publication.publishTime) >= Date.parse(importedAt);

/** The version in `Example Tool@2.0.0/linux`. */
const versionIn = (key: string | undefined): string | undefined => /@([^@]+)\/[a-z]+$/.exec(key ?? '')?.[1];

const notImported = ({ name, version }: Deb, url: string) =>
  new EucoraError('PLANE_REJECTED', {
    what: `Landscape took what is at ${url}, and its repository does not hold ${name} ${version}`,
    remedy:
      'Compare the name and version in the control file of the .deb with the package; the file at that address is what Landscape imported.',
  });
