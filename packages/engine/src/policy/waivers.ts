import {
  canonicalJson,
  EucoraError,
  openEnvelope,
  RINGS,
  sealEnvelope,
  type Envelope,
  type Order,
  type Waiver,
} from '@eucora/sdk';
import type { NewWaiver, WaiverView } from '../hub.js';
import { freshId } from '../ids.js';
import type { Parts } from '../parts.js';
import type { ViewWrite } from '../ports/views.js';
import { isConflict } from '../conflict.js';
import type { Verdict } from '../run.js';
import { complaints } from '../validation.js';
import { fromStored, toStored } from '../wire-names.js';
import { isSamePerson } from './hands.js';

const PAYLOAD_TYPE = 'application/vnd.eucora.waiver+json';
const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

interface WaiverRow {
  /** What counts. The other fields of a waiver are not stored beside it, so that they cannot differ. */
  readonly envelope: Envelope;
  readonly packageName: string;
  readonly expiresAt: string;
  readonly usedAt?: string;
  readonly revokedBy?: string;
}

const streamOf = (id: string) => `waiver:${id}`;
const nameOf = (text: string) => text.split('@', 1)[0]!;
const rowWrite = (id: string, row: WaiverRow): ViewWrite => ({ collection: 'waivers', id, body: { ...row } });

/** Records and signs it. @throws EucoraError `INPUT_INVALID` */
export async function grantWaiver(parts: Parts, asked: NewWaiver, by: string): Promise<WaiverView> {
  const now = parts.clock.now();
  checkWaiver(asked, now);
  const waiver: Waiver = { ...asked, id: freshId(now), grantedBy: by, grantedAt: now.toISOString() };
  const payload = Buffer.from(canonicalJson(toStored(waiver)));
  const row: WaiverRow = {
    envelope: sealEnvelope(PAYLOAD_TYPE, payload, parts.signer),
    packageName: nameOf(waiver.package),
    expiresAt: waiver.expiresAt,
  };
  const event = { type: 'WAIVER_GRANTED', data: waiver, correlationId: waiver.id, actor: by };
  await parts.storage.events.append({
    writes: [{ stream: streamOf(waiver.id), expectedVersion: 0, events: [event] }],
    views: [rowWrite(waiver.id, row)],
  });
  return { ...waiver, status: 'ACTIVE' };
}

/** Ends it before its time. A second call finds it done. @throws EucoraError `WAIVER_NOT_FOUND` */
export async function revokeWaiver(parts: Parts, id: string, reason: string, by: string): Promise<WaiverView> {
  const row = await parts.storage.views.get<WaiverRow>('waivers', id);
  const waiver = row && openWaiver(parts, row);
  if (!waiver) throw new EucoraError('WAIVER_NOT_FOUND', { what: `there is no waiver ${id}` });
  if (row.revokedBy) return viewOf(waiver, row, parts.clock.now());
  const events = await parts.storage.events.readStream(streamOf(id));
  const event = { type: 'WAIVER_REVOKED', data: { id, reason }, correlationId: id, actor: by };
  const revoked = { ...row, revokedBy: by };
  try {
    await parts.storage.events.append({
      writes: [{ stream: streamOf(id), expectedVersion: events.length, events: [event] }],
      views: [rowWrite(id, revoked)],
    });
  } catch (cause) {
    if (!isConflict(cause)) throw cause;
    return revokeWaiver(parts, id, reason, by);
  }
  return viewOf(waiver, revoked, parts.clock.now());
}

/** All of them with their status, those that were never used and those that have expired among them. */
export async function listWaivers(parts: Parts, page: { readonly after?: string; readonly limit?: number }) {
  const { items, next } = await parts.storage.views.list<WaiverRow>('waivers', page);
  const views = items.flatMap((row) => {
    const waiver = openWaiver(parts, row);
    return waiver ? [viewOf(waiver, row, parts.clock.now())] : [];
  });
  return { items: views, ...(next && { next }) };
}

/** A waiver that counts, and the envelope that proves it. */
export interface WaiverInForce {
  readonly waiver: Waiver;
  readonly row: WaiverRow;
}

/** Those that speak to an order now. Nobody waives for a run that they asked for or a package that they made. */
export async function waiversFor(
  parts: Parts,
  order: Order,
  hands: { readonly requester: string; readonly packagedBy: string },
): Promise<WaiverInForce[]> {
  const { name, version } = order.package;
  const now = parts.clock.now();
  const found: WaiverInForce[] = [];
  let after: string | undefined;
  do {
    const page = await parts.storage.views.list<WaiverRow>('waivers', {
      where: { packageName: name },
      ...(after && { after }),
    });
    for (const row of page.items) {
      const waiver = openWaiver(parts, row);
      if (!waiver || viewOf(waiver, row, now).status !== 'ACTIVE') continue;
      if (waiver.package !== name && waiver.package !== `${name}@${version}`) continue;
      if (waiver.rings && !waiver.rings.includes(order.ring)) continue;
      if ([hands.requester, hands.packagedBy].some((hand) => isSamePerson(hand, waiver.grantedBy))) continue;
      found.push({ waiver, row });
    }
    after = page.next;
  } while (after);
  return found;
}

/** Rows to write when a gate has let something pass because of a waiver. */
export function usesOf(parts: Parts, verdicts: readonly Verdict[], inForce: readonly WaiverInForce[]): ViewWrite[] {
  const used = new Set(verdicts.flatMap(({ waived = [] }) => waived));
  const usedAt = parts.clock.now().toISOString();
  return inForce
    .filter(({ waiver }) => used.has(waiver.id))
    .map(({ waiver, row }) => rowWrite(waiver.id, { ...row, usedAt }));
}

/** A row that somebody changed in the database waives nothing. */
function openWaiver(parts: Parts, row: WaiverRow): Waiver | undefined {
  const payload = openEnvelope(row.envelope, PAYLOAD_TYPE, parts.trustedKeys);
  if (payload) return fromStored<Waiver>(JSON.parse(Buffer.from(payload).toString()));
  parts.log.error(
    { key_id: row.envelope?.signatures?.[0]?.keyid },
    'a waiver is not as it was signed; it waives nothing',
  );
  return undefined;
}

const viewOf = (waiver: Waiver, { usedAt, revokedBy }: WaiverRow, now: Date): WaiverView => ({
  ...waiver,
  status: revokedBy ? 'REVOKED' : Date.parse(waiver.expiresAt) <= now.getTime() ? 'EXPIRED' : 'ACTIVE',
  ...(usedAt && { usedAt }),
  ...(revokedBy && { revokedBy }),
});

function checkWaiver(asked: NewWaiver, now: Date): void {
  const check = complaints();
  const days = (Date.parse(asked.expiresAt) - now.getTime()) / DAY_MS;
  check.unless(/^[a-z0-9][a-z0-9-]*$/.test(asked.gate), 'gate', 'must be the name of a gate');
  check.unless(
    asked.subjects?.length > 0 && asked.subjects.every((one) => one.trim() !== ''),
    'subjects',
    'must name what is waived',
  );
  check.unless(/^[^@/\s:][^@/:\n]*(@[^@/:\n]+)?$/.test(asked.package), 'package', 'must be a name, or name@version');
  check.unless(
    (asked.rings ?? []).every((ring) => RINGS.includes(ring)),
    'rings',
    `must be some of ${RINGS.join(', ')}`,
  );
  check.unless(asked.reason?.trim() !== '', 'reason', 'must say why');
  check.unless(days > 0 && days <= MAX_DAYS, 'expiresAt', 'must be a time to come, within a year');
  check.raise();
}
