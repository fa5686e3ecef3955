import type {
  EvidenceItem,
  GateFacts,
  GivenApproval,
  Intent,
  Order,
  Requester,
  RingOutcome,
  RiskAssessment,
} from '@eucora/sdk';
import type { Catalogue } from '../catalogue.js';
import { latestByPlane, ringBefore } from '../history.js';
import { loadRun } from '../load-run.js';
import type { Parts } from '../parts.js';
import { openIncidents } from './incidents.js';
import { waiversFor, type WaiverInForce } from './waivers.js';

export interface Judged {
  readonly order: Order;
  readonly intent: Intent;
  readonly evidence: readonly EvidenceItem[];
  readonly risk: RiskAssessment;
  readonly requester: Requester;
  readonly emergency?: { readonly reason: string };
  readonly digests: GateFacts['digests'];
  readonly approvals: readonly GivenApproval[];
}

/** Everything that the gates are asked by, and the waivers behind it. */
export async function factsFor(
  parts: Parts,
  catalogue: Catalogue,
  { intent, ...judged }: Judged,
): Promise<{ readonly facts: GateFacts; readonly waivers: readonly WaiverInForce[] }> {
  const { order, requester } = judged;
  const packagedBy = await catalogue.packagedBy(order.package);
  const [waivers, incidents, before] = await Promise.all([
    waiversFor(parts, order, { requester: requester.subject, packagedBy }),
    openIncidents(parts, order.package.name),
    outcomeBefore(parts, catalogue, intent, order),
  ]);
  const facts: GateFacts = {
    ...judged,
    packagedBy,
    waivers: waivers.map(({ waiver }) => waiver),
    incidents,
    ...(before && { before }),
    now: parts.clock.now(),
  };
  return { facts, waivers };
}

/** How the ring before an order's stands on its plane. */
async function outcomeBefore(
  parts: Parts,
  catalogue: Catalogue,
  intent: Intent,
  order: Order,
): Promise<RingOutcome | undefined> {
  const ring = ringBefore(
    intent.rings.filter(({ scopes }) => order.plane in scopes),
    order.ring,
  );
  if (!ring) return undefined;
  const { scopes, ...config } = intent.rings.find((each) => each.ring === ring)!;
  const row = (await latestByPlane(parts, intent.id, ring)).get(order.plane);
  if (!row) return { config };
  const run = await loadRun(parts, catalogue, {
    kind: 'publish',
    correlationId: row.correlationId,
    plane: order.plane,
  });
  const until = run.endedAt ? Date.parse(run.endedAt) : parts.clock.now().getTime();
  return {
    config,
    status: row.status,
    ...(row.compliance && { compliance: row.compliance }),
    ...(run.assignedAt && { hoursToCompliance: Math.max(0, until - Date.parse(run.assignedAt)) / 3_600_000 }),
  };
}
