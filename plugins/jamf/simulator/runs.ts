import type { Fleet } from '@eucora/sdk/testing';
import type { SimGroup, SimPackage, SimPolicy } from './state.js';

/** Every computer is in these groups of the fleet besides its own. */
export const EVERYBODY = 'all computers';
export const alone = (device: string): string => `computer ${device}`;

/** The log of one policy on one computer. */
export interface LogEntry {
  readonly policyId: string;
  readonly name: string;
  readonly failed: boolean;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface Runs {
  /** Tells the computers what the policy wants now. They hear of it at their next check-in. */
  follow(policyId: string, policy: SimPolicy | undefined): void;
  /** The log is empty, so everybody may run the policy once more. */
  flush(policyId: string): void;
  logsOf(device: string): readonly LogEntry[];
  /** File names of the packages that Jamf installed there, the oldest first; they stay when the software goes. */
  receiptsOf(device: string): readonly string[];
  /** What came to the computer, in order: file names of packages, and commands that ran. */
  historyOf(device: string): readonly string[];
}

interface Followed {
  policy: SimPolicy;
  /** Runs since the last flush have this number. */
  turn: number;
  /** Targets that the fleet knows of. */
  readonly aimed: Map<string, 'include' | 'exclude'>;
  /** Computers whose run of this turn is written down. */
  readonly ran: Set<string>;
}

/**
 * Policies on computers: run at check-in, as often as `frequency` says. A policy that runs once on each computer does not run again
 * because it was changed; flushing its log does that.
 *
 * @param groups by id  @param packages by id
 */
export function policyRuns(
  fleet: Fleet,
  groups: (id: string) => SimGroup | undefined,
  packages: (id: string) => SimPackage | undefined,
): Runs {
  const followed = new Map<string, Followed>();
  const past = new Map<string, string[]>();
  const softwareOf = ({ policy, turn }: Followed) => `policy ${policy.id} turn ${turn}`;

  const contentOf = ({ packages: named, files }: SimPolicy): readonly string[] => [
    ...named.flatMap(({ id }) => packages(id)?.fields.fileName ?? []),
    ...(files.run_command ? [`ran ${files.run_command}`] : []),
  ];

  const targetsOf = (policy: SimPolicy | undefined): Map<string, 'include' | 'exclude'> => {
    const targets = new Map<string, 'include' | 'exclude'>();
    if (!policy || policy.general.enabled !== 'true' || policy.general.trigger_checkin !== 'true') return targets;
    if (policy.scope.allComputers) targets.set(EVERYBODY, 'include');
    for (const mode of ['include', 'exclude'] as const) {
      for (const id of policy.scope[mode]) targets.set(groups(id)?.fleetGroup ?? `gone ${id}`, mode);
    }
    for (const id of policy.scope.computers) targets.set(alone(fleet.devices[Number(id) - 1]?.id ?? ''), 'include');
    return targets;
  };

  const freshRuns = (one: Followed): readonly string[] =>
    fleet
      .members([...one.aimed.keys()])
      .map(({ id }) => id)
      .filter((id) => !one.ran.has(id) && fleet.statusOf(id, softwareOf(one)) === 'installed');

  /** Writes down who has run it so far, before it becomes something else. */
  const writeDown = (one: Followed) => {
    for (const device of freshRuns(one)) {
      one.ran.add(device);
      past.set(device, [...(past.get(device) ?? []), ...contentOf(one.policy)]);
    }
  };

  const aim = (one: Followed, targets: Map<string, 'include' | 'exclude'>) => {
    for (const target of one.aimed.keys()) {
      if (targets.has(target)) continue;
      fleet.unassign(target, softwareOf(one));
      one.aimed.delete(target);
    }
    for (const [target, mode] of targets) {
      if (one.aimed.get(target) === mode) continue;
      fleet.assign(target, softwareOf(one), 'required', mode);
      one.aimed.set(target, mode);
    }
  };

  const again = (one: Followed) => {
    const targets = new Map(one.aimed);
    aim(one, new Map());
    one.turn += 1;
    one.ran.clear();
    aim(one, targets);
  };

  const historyOf = (device: string): readonly string[] => {
    const now = [...followed.values()].flatMap((one) =>
      !one.ran.has(device) && fleet.statusOf(device, softwareOf(one)) === 'installed' ? contentOf(one.policy) : [],
    );
    return [...(past.get(device) ?? []), ...now];
  };

  return {
    follow(policyId, policy) {
      const one = followed.get(policyId);
      if (!one) {
        if (!policy) return;
        const fresh: Followed = { policy, turn: 1, aimed: new Map(), ran: new Set() };
        followed.set(policyId, fresh);
        return aim(fresh, targetsOf(policy));
      }
      writeDown(one);
      if (!policy) {
        aim(one, new Map());
        followed.delete(policyId);
        return;
      }
      const changed = contentOf(one.policy).join() !== contentOf(policy).join();
      one.policy = policy;
      if (changed && policy.general.frequency === 'Ongoing') again(one);
      aim(one, targetsOf(policy));
    },
    flush(policyId) {
      const one = followed.get(policyId);
      if (!one) return;
      writeDown(one);
      again(one);
    },
    logsOf: (device) =>
      [...followed.values()].flatMap((one): LogEntry[] => {
        const [state] = fleet.states(softwareOf(one), [alone(device)]);
        if (!state?.lastSeen || !['installed', 'failed'].includes(state.status)) return [];
        return [
          {
            policyId: one.policy.id,
            name: one.policy.general.name ?? '',
            failed: state.status === 'failed',
            at: state.lastSeen,
          },
        ];
      }),
    receiptsOf: (device) => [...new Set(historyOf(device).filter((one) => !one.startsWith('ran ')))],
    historyOf,
  };
}
