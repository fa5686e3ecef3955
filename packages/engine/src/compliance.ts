import type { Compliance, DeviceState, Purpose } from '@eucora/sdk';
import type { Parts } from './parts.js';

/**
 * Folds pages of device states; one device is counted once, nothing but counters is kept. What a device said before `freshSince` is not
 * known to hold any more: it counts as unknown, so that the rate is the least that can be true.
 */
export async function measure(
  pages: AsyncIterable<readonly DeviceState[]>,
  purpose: Purpose,
  freshSince?: Date,
): Promise<Compliance> {
  const count = { installed: 0, failed: 0, pending: 0, unknown: 0 };
  for await (const page of pages) {
    for (const device of page) {
      const standing = standingOf(device, purpose, freshSince);
      if (standing) count[standing]++;
    }
  }
  const targeted = count.installed + count.failed + count.pending + count.unknown;
  return { targeted, ...count, successRate: targeted === 0 ? 0 : (100 * count.installed) / targeted };
}

/** `installed` stands for "as wanted". A device that the software is not made for is not counted at all. */
function standingOf(
  { status, lastSeen }: DeviceState,
  purpose: Purpose,
  freshSince: Date | undefined,
): 'installed' | 'failed' | 'pending' | 'unknown' | undefined {
  const removing = purpose === 'uninstall';
  const isStale = freshSince && lastSeen !== undefined && Date.parse(lastSeen) < freshSince.getTime();
  if (isStale && status === (removing ? 'absent' : 'installed')) return 'unknown';
  switch (status) {
    case 'installed':
      return removing ? 'pending' : 'installed';
    case 'absent':
      return removing ? 'installed' : 'pending';
    case 'not_applicable':
      return undefined;
    default:
      return status;
  }
}

export const sameCompliance = (a: Compliance | undefined, b: Compliance): boolean =>
  a !== undefined &&
  a.targeted === b.targeted &&
  a.installed === b.installed &&
  a.failed === b.failed &&
  a.pending === b.pending &&
  a.unknown === b.unknown;

/** The best that can still come of it: everybody who has not failed gets there. */
export const bestPossibleRate = ({ targeted, failed }: Compliance): number =>
  targeted === 0 ? 100 : (100 * (targeted - failed)) / targeted;

/** The oldest report that still counts. */
export const freshSince = ({ clock, settings }: Pick<Parts, 'clock' | 'settings'>): Date =>
  new Date(clock.now().getTime() - settings.staleAfterMs);
