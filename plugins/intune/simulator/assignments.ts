import type { Purpose } from '@eucora/sdk';
import { type Answer } from '@eucora/sdk/testing';
import { graphError, intuneError } from './answers.js';
import { guidOf, type SimApp, type SimAssignment } from './state.js';
import type { World } from './world.js';

export type AssignmentBody = Partial<SimAssignment> & { readonly target?: SimAssignment['target'] };

const INTENTS = new Set(['available', 'required', 'uninstall', 'availableWithoutEnrollment']);
const isExclusion = ({ target }: Pick<SimAssignment, 'target'>) =>
  target['@odata.type'].endsWith('exclusionGroupAssignmentTarget');

/** What the service refuses of a set. A wrong intent is a 500 there, though it is the caller's fault (IntuneGet#340). */
export function checkAssignments(wanted: readonly AssignmentBody[]): Answer | undefined {
  const groups = new Set<string>();
  for (const { intent, target, settings } of wanted) {
    if (!intent || !INTENTS.has(intent))
      return graphError(500, 'InternalServerError', 'An internal server error has occurred.');
    if (!target?.['@odata.type'])
      return graphError(400, 'ModelValidationFailure', 'The target of an assignment has no type.');
    if (settings != null && isExclusion({ target })) {
      return intuneError(400, 'BadRequest', 'An exclusion takes no settings.', 'assign');
    }
    const group = target.groupId ?? target['@odata.type'];
    if (groups.has(group)) return intuneError(400, 'BadRequest', `The group ${group} comes twice.`, 'assign');
    groups.add(group);
  }
  return undefined;
}

export const assigned = (appId: string, { intent, target, settings }: AssignmentBody): SimAssignment => ({
  '@odata.type': '#microsoft.graph.mobileAppAssignment',
  id: `${guidOf(appId, target!.groupId ?? target!['@odata.type'])}_0_0`,
  intent: intent!,
  target: target!,
  settings: settings ?? null,
});

/**
 * The fleet's name for "this app on this group". A group that comes to an app anew meets it anew: another version may have
 * taken its place on the devices meanwhile. A removal is about what was put there before.
 */
const turns = new WeakMap<World, Map<string, number>>();

export const softwareOf = (world: World, appId: string, group: string): string =>
  `${appId}/${turns.get(world)?.get(`${appId}/${group}`) ?? 0}`;

/** Gives the app its new set and tells the devices. */
export function moveDevices(world: World, app: SimApp, next: readonly SimAssignment[]): void {
  const before = new Map(app.assignments.filter((one) => !isExclusion(one)).map((one) => [one.target.groupId, one]));
  const after = new Map(next.filter((one) => !isExclusion(one)).map((one) => [one.target.groupId, one]));
  const known = turns.get(world) ?? new Map<string, number>();
  turns.set(world, known);

  for (const [group, { id }] of before) {
    if (after.has(group)) continue;
    if (group) world.fleet.unassign(group, softwareOf(world, app.id, group));
    world.ledger().record('assignment_removed', id, { app: app.id, group });
  }
  for (const [group, { id, intent }] of after) {
    const old = before.get(group);
    if (old?.intent === intent) continue;
    if (group) {
      const turn = `${app.id}/${group}`;
      if (!old && intent !== 'uninstall') known.set(turn, (known.get(turn) ?? 0) + 1);
      world.fleet.assign(group, softwareOf(world, app.id, group), purposeOf(intent));
    }
    world.ledger().record('assignment_made', id, { app: app.id, group, intent });
  }
  app.assignments = [...next];
}

export const excludedFrom = (app: SimApp): readonly string[] =>
  app.assignments.filter(isExclusion).flatMap(({ target }) => target.groupId ?? []);

export const includedIn = (app: SimApp): readonly string[] =>
  app.assignments.filter((one) => !isExclusion(one)).flatMap(({ target }) => target.groupId ?? []);

const purposeOf = (intent: SimAssignment['intent']): Purpose =>
  intent === 'availableWithoutEnrollment' ? 'available' : intent;
