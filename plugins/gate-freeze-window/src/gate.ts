import {
  allow,
  deny,
  needsApproval,
  waiverFor,
  type Decision,
  type GateFacts,
  type Order,
  type Platform,
  type PolicyGate,
  type RingName,
} from '@eucora/sdk';
import type { Times } from './times.js';

/** A time, and whom it concerns. */
export interface Window {
  /** What a waiver calls it. */
  readonly name: string;
  readonly rings: readonly RingName[];
  readonly platforms: readonly Platform[];
  /** `esbuild`, or one version of it: `esbuild@0.25.1`. They are not concerned. */
  readonly exceptPackages: readonly string[];
  /** For a person: `year-end closing`. */
  readonly why: string;
  readonly times: Times;
}

export interface FreezeRules {
  /** While one is open, the rings that it concerns stand still. */
  readonly freezes: readonly Window[];
  /** While none of those that concern an order is open, the order waits. */
  readonly changeWindows: readonly Window[];
  /** What becomes of a refusal when the requester declared an emergency. */
  readonly emergency: Decision;
}

export const GATE = 'freeze-window';

/** One thing that is in the way. */
interface Obstacle {
  readonly reason: string;
  /** A waiver for any of them takes it away. */
  readonly names: readonly string[];
}

/**
 * Says no while the estate is frozen, and says until when. Everything that is in the way is named at once, so that nobody waits for
 * the end of one freeze and meets the next. The time is `now` of the facts, never the machine's.
 */
export const freezeWindow = (rules: FreezeRules): PolicyGate => ({
  name: GATE,
  async evaluate(_ctx, facts) {
    const now = facts.now.getTime();
    if (Number.isNaN(now)) return deny('without the time nobody can say whether the estate is frozen');
    const obstacles = [...freezesOf(rules, facts.order, now), ...closedTo(rules, facts.order, now)];
    if (obstacles.length === 0) return allow();

    const waiverOf = ({ names }: Obstacle) => names.map((name) => waiverFor(facts, GATE, name)).find(Boolean);
    const left = obstacles.filter((obstacle) => !waiverOf(obstacle));
    if (left.length > 0) return refusal(rules, facts, left);
    const waived = obstacles.flatMap((obstacle) => waiverOf(obstacle)?.id ?? []);
    return { ...allow(), waived: [...new Set(waived)] };
  },
});

function refusal({ emergency: path }: FreezeRules, { emergency }: GateFacts, left: readonly Obstacle[]) {
  const reasons = left.map(({ reason }) => reason);
  const names = left.map(({ names: of }) => of.map((name) => `"${name}"`).join(' or ')).join(' and ');
  const wayOut = `until then it takes a waiver of ${names}`;
  if (path === 'deny') return deny(...reasons, `${wayOut}; an emergency changes nothing here`);
  if (!emergency) return deny(...reasons, `${wayOut}, or an emergency${path === 'allow' ? '' : ' and an approval'}`);
  const reason = emergency.reason.trim();
  if (!reason) return deny(...reasons, 'an emergency was declared without saying what it is');
  const declared = `an emergency was declared: ${reason}`;
  return path === 'allow'
    ? { ...allow(), reasons: [declared, ...reasons] }
    : needsApproval(`${declared}; somebody must approve that it goes out all the same`, ...reasons);
}

const freezesOf = ({ freezes }: FreezeRules, order: Order, now: number): Obstacle[] =>
  freezes.filter(concerns(order)).flatMap(({ name, why, times }) => {
    const end = times.endOf(now);
    if (end === undefined) return [];
    return [{ names: [name], reason: `${order.ring} is frozen until ${tell(end, times)}: ${why} ("${name}")` }];
  });

function closedTo({ changeWindows }: FreezeRules, order: Order, now: number): Obstacle[] {
  const windows = changeWindows.filter(concerns(order));
  if (windows.length === 0 || windows.some(({ times }) => times.endOf(now) !== undefined)) return [];
  const openings = windows
    .flatMap((window) => ({ window, at: window.times.nextStart(now) ?? Infinity }))
    .sort((a, b) => a.at - b.at);
  const { window, at } = openings[0]!;
  const reason = `${order.ring} changes in its change windows only, and the next one opens on ${tell(at, window.times)}`;
  return [
    {
      names: windows.map(({ name }) => name),
      reason:
        at === Infinity
          ? `the change windows of ${order.ring} are over`
          : `${reason}: ${window.why} ("${window.name}")`,
    },
  ];
}

const concerns =
  ({ ring, package: { name, version, platform } }: Order) =>
  ({ rings, platforms, exceptPackages }: Window): boolean =>
    rings.includes(ring) &&
    platforms.includes(platform) &&
    !exceptPackages.some((except) => except === name || except === `${name}@${version}`);

/** `2026-11-23T05:00:00.000Z (2026-11-23 06:00 in Europe/Berlin)` */
function tell(instant: number, { clock }: Times): string {
  if (instant === Infinity) return 'further notice';
  const utc = new Date(instant).toISOString();
  if (clock.zone === 'UTC') return utc;
  const local = new Date(clock.read(instant)).toISOString().slice(0, 16).replace('T', ' ');
  return `${utc} (${local} in ${clock.zone})`;
}
