import { json, type Answer } from '@eucora/sdk/testing';
import { refused } from './answers.js';
import type { Action } from './legacy-route.js';
import type { Machines } from './machines.js';
import { iso, type LandscapeAccount, type SimProfile } from './state.js';
import type { World } from './world.js';

const OPERATORS = new Set(['=', '<', '<=', '>', '>=']);

/** Package profiles, of the legacy API. */
export function profileActions(world: World, fleet: Machines): Readonly<Record<string, Action>> {
  const now = () => world.clock.now().getTime();
  const wrongIn = (constraints: readonly string[]): Answer | undefined => {
    for (const text of constraints) {
      const [type, deb, operator, version, ...more] = text.split(' ');
      if (type !== 'depends' && type !== 'conflicts')
        return refused('InvalidConstraintType', `${type} is no constraint`);
      const complete = operator === undefined || (OPERATORS.has(operator) && Boolean(version) && more.length === 0);
      if (!deb || !complete) return refused('InvalidPackageConstraint', `"${text}" cannot be understood`);
    }
    return undefined;
  };
  const withProfile =
    (work: (profile: SimProfile, call: Parameters<Action>[0]) => Answer): Action =>
    (call) => {
      const profile = call.account.profiles.get(call.field('name'));
      return profile ? work(profile, call) : refused('UnknownPackageProfileName', `No profile ${call.field('name')}`);
    };
  const shown = (account: LandscapeAccount, profile: SimProfile) => profileJson(world, fleet, account, profile);

  return {
    GetPackageProfiles: ({ account, list }) => {
      const names = list('names');
      const wanted = [...account.profiles.values()].filter(({ name }) => names.length === 0 || names.includes(name));
      return json(
        200,
        wanted.map((profile) => shown(account, profile)),
      );
    },

    CreatePackageProfile: ({ account, field, list, ledger }) => {
      const title = field('title');
      const name = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
      const constraints = list('constraints');
      if (!/^[a-z0-9]/.test(name)) return refused('InvalidPackageProfileName', `"${title}" is no title`);
      if (account.profiles.has(name)) return refused('DuplicatePackageProfile', `A profile called ${title} exists`);
      if (constraints.length === 0) return refused('EmptyPackageProfile', 'A profile needs a constraint');
      const wrong = wrongIn(constraints);
      if (wrong) return wrong;
      const profile: SimProfile = {
        id: world.nextId('profile'),
        name,
        title,
        description: field('description'),
        accessGroup: field('access_group') || 'global',
        allComputers: false,
        tags: [],
        constraints,
        createdAt: now(),
        modifiedAt: now(),
        version: 1,
      };
      account.profiles.set(name, profile);
      fleet.revise(account, profile);
      ledger.record('profile_created', name, { constraints });
      return json(200, [shown(account, profile)]);
    },

    EditPackageProfile: withProfile((profile, { account, field, list, ledger }) => {
      const [add, remove] = [list('add_constraints'), list('remove_constraints')];
      const wrong = wrongIn([...add, ...remove]);
      if (wrong) return wrong;
      const left = [...new Set([...profile.constraints, ...add])].filter((one) => !remove.includes(one));
      if (left.length === 0) return refused('EmptyPackageProfile', 'A profile needs a constraint');
      const changed = left.join('\n') !== profile.constraints.join('\n');
      Object.assign(profile, { constraints: left, title: field('title') || profile.title });
      touch(profile, now());
      if (changed) fleet.revise(account, profile);
      ledger.record('profile_changed', profile.name, { constraints: left });
      return json(200, shown(account, profile));
    }),

    AssociatePackageProfile: withProfile((profile, { account, field, list, ledger }) => {
      const tags = list('tags').filter((tag) => !profile.tags.includes(tag));
      if (field('all_computers') === 'true') profile.allComputers = true;
      profile.tags.push(...tags);
      for (const tag of tags) fleet.aim(account, profile, tag);
      ledger.record('profile_associated', profile.name, { tags });
      return json(200, shown(account, profile));
    }),

    DisassociatePackageProfile: withProfile((profile, { account, list, ledger }) => {
      const tags = list('tags');
      for (const tag of tags) fleet.unaim(account, profile, tag);
      profile.tags = profile.tags.filter((tag) => !tags.includes(tag));
      ledger.record('profile_disassociated', profile.name, { tags });
      return json(200, shown(account, profile));
    }),

    RemovePackageProfile: withProfile((profile, { account, ledger }) => {
      removeProfile(account, fleet, profile);
      ledger.record('profile_removed', profile.name);
      return json(200, null);
    }),
  };
}

/** As somebody at the portal removes it: nothing is taken off the machines. */
export function removeProfile(account: LandscapeAccount, fleet: Machines, profile: SimProfile): void {
  for (const tag of [...profile.tags]) fleet.unaim(account, profile, tag);
  account.profiles.delete(profile.name);
}

export const touch = (profile: SimProfile, at: number) =>
  Object.assign(profile, { modifiedAt: at, version: profile.version + 1 });

/** Compliance is worked out from what machines reported, and so is late. */
export function profileJson(world: World, fleet: Machines, account: LandscapeAccount, profile: SimProfile) {
  const revision = fleet.currentOf(account, profile);
  const constrained = profile.allComputers
    ? world.fleet.devices
    : profile.tags.length > 0
      ? fleet.members(profile.tags)
      : [];
  const reported = revision && fleet.reported(account, revision.deb, profile.allComputers ? [] : profile.tags);
  const bad = constrained.filter(({ id }) => reported?.get(id) !== revision?.version);
  return {
    id: profile.id,
    name: profile.name,
    title: profile.title,
    description: profile.description,
    creation_time: iso(profile.createdAt),
    modification_time: iso(profile.modifiedAt),
    version: String(profile.version),
    access_group: profile.accessGroup,
    all_computers: profile.allComputers,
    tags: profile.tags,
    constraints: profile.constraints.map((text) => [
      text.slice(0, text.indexOf(' ')),
      text.slice(text.indexOf(' ') + 1),
    ]),
    computers: {
      constrained: constrained.map(({ id }) => Number(id)),
      'non-compliant': bad.map(({ id }) => Number(id)),
    },
  };
}
