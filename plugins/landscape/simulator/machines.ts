import type { FleetDevice } from '@eucora/sdk/testing';
import { snapshotOf, type LandscapeAccount, type SimProfile, type SimRevision } from './state.js';
import type { World } from './world.js';

/** What machines do about profiles. They act at their next exchange; the fleet works it out from the clock. */
export function machines(world: World) {
  const now = () => world.clock.now().getTime();

  /** Whether a machine with the tag finds the version in its apt sources. */
  const isFound = (account: LandscapeAccount, tag: string, { deb, version }: SimRevision): boolean => {
    if (version === undefined) return true;
    const source = world.sources[tag];
    if (source === undefined) return false;
    const publication = account.publications.get(source);
    if (publication) {
      return (snapshotOf(publication, now())?.packages ?? []).some(
        (one) => one.name === deb && one.version === version,
      );
    }
    const pocket = account.pockets.get(source);
    return pocket?.packages.some(([name, offered]) => name === deb && offered === version) ?? false;
  };

  /** Those that waited for a version to be published begin once it is. */
  const wake = (account: LandscapeAccount): void => {
    for (const revision of account.revisions) {
      for (const aim of revision.tags) {
        if (aim.begun || aim.ended || !isFound(account, aim.tag, revision)) continue;
        aim.begun = true;
        world.fleet.assign(aim.tag, revision.key, 'required');
      }
    }
  };

  const currentOf = (account: LandscapeAccount, profile: SimProfile) =>
    account.revisions.findLast((one) => one.profile === profile.name);

  const hold = (account: LandscapeAccount, id: string) => account.stuck.has(id) || account.unapproved.has(id);

  return {
    wake,
    /** The constraints are others now: what was asked before ends, what is asked now begins. */
    revise(account: LandscapeAccount, profile: SimProfile): void {
      const before = currentOf(account, profile);
      for (const aim of before?.tags ?? []) {
        if (aim.begun && !aim.ended) world.fleet.unassign(aim.tag, before!.key);
        aim.ended = true;
      }
      const [type, deb = '', operator, version] = (profile.constraints[0] ?? '').split(' ');
      const number = account.revisions.length + 1;
      account.revisions.push({
        key: `${profile.name}#${number}`,
        number,
        profile: profile.name,
        deb,
        ...(type === 'depends' && operator === '=' && { version: version! }),
        at: now(),
        tags: profile.tags.map((tag) => ({ tag, begun: false, ended: false })),
      });
      wake(account);
    },
    aim(account: LandscapeAccount, profile: SimProfile, tag: string): void {
      currentOf(account, profile)?.tags.push({ tag, begun: false, ended: false });
      wake(account);
    },
    unaim(account: LandscapeAccount, profile: SimProfile, tag: string): void {
      const current = currentOf(account, profile);
      for (const aim of current?.tags ?? []) {
        if (aim.tag !== tag || aim.ended) continue;
        if (aim.begun) world.fleet.unassign(tag, current!.key);
        aim.ended = true;
      }
    },
    currentOf,

    /** Versions by machine, as the server has heard of them: late by the fleet's lag. */
    reported(account: LandscapeAccount, deb: string, tags: readonly string[]): ReadonlyMap<string, string> {
      wake(account);
      const found = new Map<string, string>();
      for (const { key, deb: name, version, tags: aims } of account.revisions) {
        const shared = [...new Set(aims.map(({ tag }) => tag))].filter(
          (tag) => tags.includes(tag) || tags.length === 0,
        );
        if (name !== deb || shared.length === 0) continue;
        for (const { deviceId, status } of world.fleet.states(key, shared)) {
          if (status !== 'installed' || hold(account, deviceId)) continue;
          if (version === undefined) found.delete(deviceId);
          else found.set(deviceId, version);
        }
      }
      return found;
    },

    members: (tags: readonly string[]): readonly FleetDevice[] =>
      tags.length === 0 ? world.fleet.devices : world.fleet.members(tags),
  };
}

export type Machines = ReturnType<typeof machines>;
