import { EucoraError, type Context, type HeldAssignment, type Mark } from '@eucora/sdk';
import type { Graph } from './graph.js';
import { assign, assignmentsOf, changeApp, readApp } from './graph-apps.js';
import { echo, groupOf, toAssignment, type WantedTarget } from './mapping.js';
import { isNoted, notedTargets, noteTarget } from './notes.js';
import type { MobileAppAssignment } from './wire.js';

/** What one group should be to one app: aimed at, or (undefined) nothing. */
interface Edit {
  readonly at: number;
  readonly assignment: MobileAppAssignment | undefined;
}

export interface Aim {
  /** Aims the app at the group, in place of whatever the group was to it. */
  at(ctx: Context, appId: string, target: WantedTarget, mark: Mark): Promise<void>;
  /** Takes the group off the app. */
  away(ctx: Context, appId: string, group: string): Promise<void>;
}

/**
 * Changes the assignments of apps, one group at a time.
 *
 * `/assign` takes the whole set: it is read, changed and written, which may be repeated, where `POST /assignments` may not. Two
 * things guard the reading: one change of an app at a time in this process, and a memory of our latest changes, because Intune
 * may go on showing the set as it was. What other processes change meanwhile is found by the next comparison.
 *
 * @param rememberMs for how long the plane may show an old set
 */
export function aiming(graph: Graph, rememberMs: number): Aim {
  const turns = new Map<string, Promise<void>>();
  const edits = new Map<string, Map<string, Edit>>();

  const inTurn = (appId: string, work: () => Promise<void>): Promise<void> => {
    const turn = (turns.get(appId) ?? Promise.resolve()).catch(() => {}).then(work);
    turns.set(appId, turn);
    return turn.finally(() => {
      if (turns.get(appId) === turn) turns.delete(appId);
    });
  };

  const change = async (ctx: Context, appId: string, group: string, assignment: MobileAppAssignment | undefined) => {
    const now = ctx.now().getTime();
    const shown = (await assignmentsOf(graph, ctx, [appId])).get(appId) ?? [];
    const recent = [...(edits.get(appId) ?? [])].filter(([, edit]) => now - edit.at <= rememberMs);
    const mine = new Map<string, Edit>([...recent, [group, { at: now, assignment }]]);
    const untouched = shown.filter((one) => !mine.has(groupOf(one) ?? '')).map(echo);
    const aimed = [...mine.values()].flatMap((edit) => (edit.assignment ? [edit.assignment] : []));
    await assign(graph, ctx, appId, [...untouched, ...aimed]);
    edits.set(appId, mine);
  };

  const leaveMark = async (ctx: Context, appId: string, group: string, mark: Mark) => {
    const notes = (await readApp(graph, ctx, appId))?.notes ?? '';
    const marked = noteTarget(notes, mark, group);
    if (marked === notes) return;
    const changed = await changeApp(graph, ctx, appId, { notes: marked });
    if (changed && !isNoted(notedTargets(changed.notes), mark, group)) throw notTaken(appId, group);
  };

  return {
    at: (ctx, appId, target, mark) =>
      inTurn(appId, async () => {
        await leaveMark(ctx, appId, target.group, mark);
        await change(ctx, appId, target.group, toAssignment(target));
      }),
    away: (ctx, appId, group) => inTurn(appId, () => change(ctx, appId, group, undefined)),
  };
}

/** Nothing would miss the mark later, so it is looked for now. */
const notTaken = (appId: string, group: string) =>
  new EucoraError('PLANE_NOT_CONVERGING', {
    what: `Intune took our note of group ${group} in app ${appId} and does not show it`,
    details: { app_id: appId, group },
  });

/** Equal as the plane compares them: purpose, mode and group. */
export const isHeld = (
  held: readonly HeldAssignment[],
  version: string,
  { group, mode, purpose }: WantedTarget,
): boolean =>
  held.some((one) => one.version === version && one.target === group && one.mode === mode && one.purpose === purpose);
