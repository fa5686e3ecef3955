import { allow, deny, needsApproval, ringNumber, type Compliance, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { PromotionConfig } from './config.js';

/** SPEC 2.4: who leaves the ring `department` with a higher score than this needs the CAB. */
const APPROVAL_ABOVE = 50;

type Before = NonNullable<GateFacts['before']>;

/**
 * Lets a package into a ring when the ring before it went well by the limits that the intent set: settled, enough devices
 * known to be well, in time, without a security incident. What is not known counts against: the share is worked out
 * from the counts, and a device that is unknown, stale, pending or failed is not well. All refusals come at once.
 */
export const promotion = (settings: Partial<PromotionConfig> = {}): PolicyGate => {
  const config = { ...new PromotionConfig(), ...settings };
  return {
    name: 'promotion',
    async evaluate(_ctx, facts) {
      const { before, order, risk } = facts;
      if (!before) return config.beginIn.includes(order.ring) ? allow() : deny(mayNotBegin(order.ring, config));

      const refusals = [...unsettled(facts, before), ...unwell(before, config), ...incidents(facts, before, config)];
      if (refusals.length > 0) return deny(...refusals);
      if (ringNumber(order.ring) <= ringNumber('department') || risk.score <= APPROVAL_ABOVE) return allow();
      return needsApproval(
        `the risk score is ${risk.score}: beyond department, above ${APPROVAL_ABOVE}, an approver must say yes`,
      );
    },
  };
};

const mayNotBegin = (ring: string, { beginIn }: PromotionConfig): string =>
  `no ring comes before ${ring} in this intent, and an intent must begin in ${beginIn.join(' or ') || 'no ring at all'}`;

function unsettled({ order }: GateFacts, { config: { ring }, status }: Before): string[] {
  if (status === 'SETTLED') return [];
  return [
    status
      ? `${ring}: is ${status} on ${order.plane}, and must be SETTLED first`
      : `${ring}: was never published to ${order.plane}, and must be settled first`,
  ];
}

function unwell({ config: limits, compliance, hoursToCompliance }: Before, config: PromotionConfig): string[] {
  const { ring, timeToComplianceHours } = limits;
  if (!compliance) return [`${ring}: nobody has looked at its devices yet`];
  if (!isPlausible(compliance))
    return [`${ring}: the counts of its devices make no sense: ${JSON.stringify(compliance)}`];

  const devices = devicesOf(compliance);
  if (devices === 0) {
    return config.allowEmptyRings ? [] : [`${ring}: it has no devices, so it proves nothing (allowEmptyRings is off)`];
  }
  const threshold = Math.max(limits.successThreshold, config.leastThreshold[ring] ?? 0);
  const enough = compliance.installed >= devicesAsked(threshold, devices);
  return [
    ...(enough ? [] : [tooFew(ring, compliance, threshold)]),
    ...tooSlow(ring, timeToComplianceHours, hoursToCompliance),
  ];
}

const isPlausible = ({ targeted, installed, failed, pending, unknown }: Compliance): boolean =>
  [targeted, installed, failed, pending, unknown].every((count) => Number.isSafeInteger(count) && count >= 0);

/** Never fewer than were counted: devices that were not targeted and are spoken of all the same count too. */
const devicesOf = ({ targeted, installed, failed, pending, unknown }: Compliance): number =>
  Math.max(targeted, installed + failed + pending + unknown);

/** Whole devices. In floating point 16.1 % of 1,000 are 161.00000000000003, and 161 shall be enough. */
const devicesAsked = (threshold: number, devices: number): number => Math.ceil((threshold * devices) / 100 - 1e-9);

function tooFew(ring: string, compliance: Compliance, threshold: number): string {
  const devices = devicesOf(compliance);
  const { installed, failed, pending } = compliance;
  const rest = { unknown: devices - installed - failed - pending, failed, pending };
  const others = Object.entries(rest).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  const percent = Math.floor((installed * 10_000) / devices) / 100;
  return `${ring}: ${installed} of ${devices} devices (${percent} %) are known to be well, ${threshold} % is asked; ${others.join(', ')}`;
}

function tooSlow(ring: string, limit: number, hours: number | undefined): string[] {
  if (hours === undefined) return [`${ring}: it is not known how long it took; it may take ${limit} h`];
  return hours <= limit ? [] : [`${ring}: it took ${round(hours)} h to reach its threshold, ${limit} h are allowed`];
}

/** Upwards, so that what is over the limit never reads as if it were not. */
const round = (hours: number): number => Math.ceil(hours * 100) / 100;

function incidents(
  { incidents }: GateFacts,
  { config: { ring } }: Before,
  { incidentFreeRings }: PromotionConfig,
): string[] {
  if (!incidentFreeRings.includes(ring)) return [];
  return incidents.map(
    ({ id, what, reportedBy }) =>
      `${ring}: incident ${id} is open (${what}, reported by ${reportedBy}) and must be closed first`,
  );
}
