import { packageKey, sha256Hex, type Context, type Intent, type MarkedAssignment, type Order } from '@eucora/sdk';
import { applicationAlerts } from './alerts.js';
import { DRIFT_TYPES, type Finding } from './drift.js';
import type { Drift, DriftType } from './hub.js';
import type { Parts } from './parts.js';

/** What is recorded of drift: events in `drift:{id}`, and a row of the `drift` view for each. */
export interface DriftBook {
  /** The same drift found again is the same entry. */
  record(order: Order, finding: Finding): Promise<Drift>;
  recordExtra(plane: string, extra: MarkedAssignment): Promise<Drift>;
  /** What was open for the order and is no longer there has gone by itself or was put right by hand. */
  resolveOthers(order: Order, still: DriftType | undefined): Promise<void>;
  /** After everything was looked at: what is open and was not seen is no longer there, or no longer wanted otherwise. */
  resolveUnseen(seen: ReadonlySet<string>, unreachable: ReadonlySet<string>): Promise<void>;
  /** Raises what is wrong with an intent as a whole, each alert at most once an hour. */
  tellOf(intent: Intent): Promise<void>;
  change(drift: Drift, event: string, change: Partial<Drift>, data?: object): Promise<Drift>;
}

type Place = Pick<Drift, 'type' | 'plane' | 'intentId' | 'ring' | 'packageKey'>;

const driftId = (place: Place, target = ''): string =>
  sha256Hex([place.type, place.plane, place.intentId, place.ring, place.packageKey, target].join('\n')).slice(0, 16);

const OPEN: ReadonlySet<Drift['status']> = new Set(['DETECTED', 'MANUAL_REVIEW', 'CAB_ESCALATION']);

export function driftBook(parts: Parts, ctx: Context): DriftBook {
  const { events, views } = parts.storage;

  const write = async (drift: Drift, type: string, data: object): Promise<Drift> => {
    const stream = `drift:${drift.id}`;
    const expectedVersion = (await events.readStream(stream)).length;
    await events.append({
      writes: [
        { stream, expectedVersion, events: [{ type, data, correlationId: drift.correlationId, actor: ctx.actor }] },
      ],
      views: [{ collection: 'drift', id: drift.id, body: { ...drift } }],
    });
    return drift;
  };

  const open = async (place: Place, what: string, target?: string): Promise<Drift> => {
    const id = driftId(place, target);
    const known = await views.get<Drift>('drift', id);
    if (known && OPEN.has(known.status)) return known;
    const now = ctx.now().toISOString();
    const { class: driftClass, severity } = DRIFT_TYPES[place.type];
    const drift: Drift = {
      id,
      ...place,
      class: driftClass,
      severity,
      what,
      status: 'DETECTED',
      attempts: 0,
      detectedAt: now,
      updatedAt: now,
      correlationId: ctx.correlationId,
    };
    return write(drift, 'DRIFT_DETECTED', { ...place, class: driftClass, severity, what });
  };

  const change: DriftBook['change'] = (drift, type, changes, data = {}) =>
    write({ ...drift, ...changes, updatedAt: ctx.now().toISOString() }, type, {
      id: drift.id,
      type: drift.type,
      ...data,
    });

  const tellOf: DriftBook['tellOf'] = async ({ id, criticality }) => {
    const { items } = await views.list<Drift>('drift', { where: { intentId: id }, limit: 1_000 });
    const alerts = applicationAlerts(items, criticality, ctx.now());
    if (alerts.length === 0) return;
    const stream = `alerts:${id}`;
    const told = await events.readStream(stream);
    const lately = told.filter(({ createdAt }) => ctx.now().getTime() - Date.parse(createdAt) < 3_600_000);
    const fresh = alerts.filter((alert) => !lately.some(({ data }) => (data as { alert: string }).alert === alert));
    if (fresh.length === 0) return;
    await events.append({
      writes: [
        {
          stream,
          expectedVersion: told.length,
          events: fresh.map((alert) => ({
            type: 'ALERT_RAISED',
            data: { alert, intent_id: id },
            correlationId: ctx.correlationId,
            actor: ctx.actor,
          })),
        },
      ],
    });
  };

  return {
    change,
    tellOf,
    record: (order, { type, what }) => open(placeOf(order, type), what),
    recordExtra: (plane, extra) =>
      open(
        {
          type: 'extra_assignment',
          plane,
          intentId: extra.mark.intentId,
          ring: extra.mark.ring,
          packageKey: `${extra.packageName}@${extra.version}`,
        },
        `${extra.packageName} ${extra.version} is assigned to ${extra.target} and no intent wants it`,
        extra.target,
      ),
    async resolveUnseen(seen, unreachable) {
      const where = { status: [...OPEN] };
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await views.list<Drift>('drift', { where, limit: 1_000, ...(after && { after }) });
        for (const drift of page.items) {
          if (seen.has(drift.id) || unreachable.has(drift.plane)) continue;
          await change(drift, 'DRIFT_RESOLVED', { status: 'RESOLVED' });
        }
        after = page.next;
      }
    },
    async resolveOthers(order, still) {
      for (const type of Object.keys(DRIFT_TYPES) as DriftType[]) {
        if (type === still || type === 'extra_assignment') continue;
        const known = await views.get<Drift>('drift', driftId(placeOf(order, type)));
        if (known && OPEN.has(known.status)) await change(known, 'DRIFT_RESOLVED', { status: 'RESOLVED' });
      }
    },
  };
}

const placeOf = (order: Order, type: DriftType): Place => ({
  type,
  plane: order.plane,
  intentId: order.intentId,
  ring: order.ring,
  packageKey: packageKey(order.package),
});
