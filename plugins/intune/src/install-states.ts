import type { DeviceState, DeviceStatus } from '@eucora/sdk';
import { toDeviceStatus } from './mapping.js';
import type { ReportRow } from './report.js';

/** What is kept of one device: three numbers and two references to shared texts. */
interface Kept {
  readonly status: DeviceStatus;
  /** Milliseconds since 1970; 0 where the report says nothing. */
  readonly at: number;
  readonly version: string;
  readonly errorCode: string;
}

/** When two rows are of the same moment, the graver one counts. */
const GRAVITY: readonly DeviceStatus[] = ['not_applicable', 'unknown', 'absent', 'installed', 'pending', 'failed'];
const PAGE = 1_000;

/**
 * One state for each device of the scope. A report has a row for each user of a device, and rows of devices that other rings
 * hold: the latest row of a device counts, rows of others do not, and a device without a row is `unknown`.
 *
 * @param devices Entra device ids of the scope  @param intuneIds Intune's ids of those that are enrolled, by Entra id
 */
export async function* foldStates(
  rows: AsyncIterable<ReportRow>,
  devices: ReadonlySet<string>,
  intuneIds: ReadonlyMap<string, string>,
): AsyncIterable<readonly DeviceState[]> {
  const wanted = new Set([...intuneIds.values()].map((id) => id.toLowerCase()));
  const kept = new Map<string, Kept>();
  const text = interning();

  for await (const row of rows) {
    const id = (row.DeviceId ?? '').toLowerCase();
    if (!wanted.has(id)) continue;
    const seen = toKept(row, text);
    const before = kept.get(id);
    if (!before || counts(seen, before)) kept.set(id, seen);
  }
  let page: DeviceState[] = [];
  for (const entraId of devices) {
    const id = intuneIds.get(entraId);
    page.push(toState(id ?? entraId, id ? kept.get(id.toLowerCase()) : undefined));
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

const toKept = (row: ReportRow, text: (value: string) => string): Kept => ({
  status: toDeviceStatus(row.AppInstallState, row.AppInstallState_loc),
  at: momentOf(row.LastModifiedDateTime),
  version: text(row.AppVersion ?? ''),
  errorCode: text(/^(0x0*|0|)$/i.test(row.HexErrorCode ?? '') ? '' : row.HexErrorCode!),
});

const counts = (seen: Kept, before: Kept) =>
  seen.at === before.at ? GRAVITY.indexOf(seen.status) > GRAVITY.indexOf(before.status) : seen.at > before.at;

const toState = (deviceId: string, kept: Kept | undefined): DeviceState =>
  kept
    ? {
        deviceId,
        status: kept.status,
        ...(kept.version && { version: kept.version }),
        ...(kept.at > 0 && { lastSeen: new Date(kept.at).toISOString() }),
        ...(kept.errorCode && { errorCode: kept.errorCode }),
      }
    : { deviceId, status: 'unknown' };

/** Reports write times with and without a zone; without one they are UTC. */
function momentOf(value = ''): number {
  const zoned = /Z|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`;
  const at = Date.parse(zoned);
  return Number.isNaN(at) ? 0 : at;
}

/** A hundred thousand rows share a handful of versions and error codes. */
function interning() {
  const texts = new Map<string, string>();
  return (value: string): string => {
    const known = texts.get(value);
    if (known === undefined) texts.set(value, value);
    return known ?? value;
  };
}
