import {
  EucoraError,
  packageKey,
  readMark,
  type Context,
  type HeldAssignment,
  type HeldPackage,
  type Mark,
  type Package,
  type PlaneState,
  type Refs,
} from '@eucora/sdk';
import type { Graph } from './graph.js';
import { assignmentsOf, readApp, win32Apps } from './graph-apps.js';
import { takenContentVersion } from './graph-content.js';
import { toHeldAssignment } from './mapping.js';
import { notedTargets, readPackageMark, type PackageMark } from './notes.js';
import type { MobileApp } from './wire.js';

/** One app object of ours. */
export interface HeldApp extends HeldPackage {
  /** The content version that the app points to. */
  readonly committed?: string;
  /** A content version that Intune has taken and the app does not point to yet. */
  readonly taken?: string;
  /** Who assigned which group, by the notes. */
  readonly noted: ReadonlyMap<string, Mark>;
}

export interface HeldTarget extends HeldAssignment {
  /** The id of the app. Of one version there may be several. */
  readonly app: string;
}

export interface IntuneState extends PlaneState {
  /** At most one of the version that the order wants; of other versions every app that carries our mark. */
  readonly packages: readonly HeldApp[];
  readonly assignments: readonly HeldTarget[];
}

interface Marked {
  readonly app: MobileApp;
  readonly mark: PackageMark;
}

/**
 * What Intune holds of an application: found by the package mark in `notes`, and by the id that the journal remembers, for the list
 * shows a new app late. The wanted version is then read by itself; the list may be behind on its state.
 *
 * @throws EucoraError `PLANE_CONFLICT` when several published apps carry the wanted version's mark, when the one that does says that
 *   it has other content, or when our app is there and somebody took the mark out of it
 */
export async function observeApps(graph: Graph, ctx: Context, wanted: Package, refs: Refs): Promise<IntuneState> {
  const marked = await markedApps(graph, ctx, wanted, refs);
  const key = packageKey(wanted);
  const chosen = choose(
    marked.filter(({ mark }) => mark.key === key),
    wanted,
    refs,
  );
  if (chosen && chosen.mark.sha256 !== wanted.artifact.sha256) throw otherContent(chosen, wanted);
  const own = chosen && (await inDetail(graph, ctx, chosen));
  const others = marked.filter(({ mark }) => mark.key !== key);
  const apps = chosen && own ? [chosen, ...others] : others;
  if (apps.length === 0) return { packages: [], assignments: [] };

  const assignments = await assignmentsOf(
    graph,
    ctx,
    apps.map(({ app }) => app.id),
  );
  return {
    packages: [...(own ? [own] : []), ...others.map(asListed)],
    assignments: apps.flatMap(({ app, mark }) =>
      (assignments.get(app.id) ?? []).map((one) => ({ ...toHeldAssignment(mark.version, one), app: app.id })),
    ),
  };
}

async function markedApps(graph: Graph, ctx: Context, wanted: Package, refs: Refs): Promise<readonly Marked[]> {
  const found = new Map<string, Marked>();
  const keep = (app: MobileApp) => {
    const mark = readPackageMark(app.notes);
    if (mark?.name === wanted.name && mark.platform === wanted.platform) found.set(app.id, { app, mark });
  };
  for await (const page of win32Apps(graph, ctx)) page.forEach(keep);
  const remembered = refs.app_id;
  if (remembered !== undefined && !found.has(remembered)) {
    const app = await readApp(graph, ctx, remembered);
    if (app && !readPackageMark(app.notes)) throw unmarked(app, wanted);
    if (app) keep(app);
  }
  return [...found.values()];
}

/** Published before half made, and the oldest of those: whoever looks, and whenever, comes to the same app. */
function choose(candidates: readonly Marked[], wanted: Package, refs: Refs): Marked | undefined {
  const published = candidates.filter(({ app }) => app.publishingState === 'published');
  if (published.length > 1) {
    const remembered = published.find(({ app }) => app.id === refs.app_id);
    if (!remembered) throw ambiguous(published, wanted);
    return remembered;
  }
  return published[0] ?? [...candidates].sort(byAge)[0];
}

const byAge = (a: Marked, b: Marked) =>
  a.app.createdDateTime.localeCompare(b.app.createdDateTime) || a.app.id.localeCompare(b.app.id);

const asListed = ({ app, mark }: Marked): HeldApp => {
  const made = readMark(app.notes);
  return {
    version: mark.version,
    ref: app.id,
    ready: app.publishingState === 'published',
    noted: notedTargets(app.notes),
    ...(made && { mark: made }),
  };
};

/** Nothing when it was deleted and the list has not noticed. */
async function inDetail(graph: Graph, ctx: Context, { app: listed, mark }: Marked): Promise<HeldApp | undefined> {
  const app = await readApp(graph, ctx, listed.id);
  if (!app) return undefined;
  const committed = app.committedContentVersion ?? undefined;
  const ready = app.publishingState === 'published' && committed !== undefined;
  const taken = ready || committed ? undefined : await takenContentVersion(graph, ctx, app.id);
  return { ...asListed({ app, mark }), ready, ...(committed && { committed }), ...(taken && { taken }) };
}

/** To make another would leave this one assigned, with nobody to take it back. */
const unmarked = ({ id, displayName }: MobileApp, wanted: Package) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `Intune app ${id} ("${displayName}") was made for ${wanted.name} and its notes do not say so any more`,
    remedy: 'Put the [eucora package=…] line back into its notes, or delete the app in Intune; then publish again.',
    details: { package: packageKey(wanted), app_id: id },
  });

const otherContent = ({ app, mark }: Marked, wanted: Package) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `Intune app ${app.id} ("${app.displayName}") is ${mark.key} with the content ${mark.sha256}, not ${wanted.artifact.sha256}`,
    remedy: 'Content of another origin has this version. Give ours another version, or delete that app in Intune.',
    details: { package: packageKey(wanted), app_id: app.id, held_sha256: mark.sha256 },
  });

const ambiguous = (apps: readonly Marked[], wanted: Package) =>
  new EucoraError('PLANE_CONFLICT', {
    what: `Intune has ${apps.length} published apps with the mark of ${packageKey(wanted)}: ${apps.map(({ app }) => app.id).join(', ')}`,
    remedy:
      'Decide in Intune which of them stays, and delete the others or take the [eucora package=…] line out of their notes.',
    details: { package: packageKey(wanted), app_ids: apps.map(({ app }) => app.id) },
  });
