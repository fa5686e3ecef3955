import type { ArtifactFacts, EvidenceItem, GateFacts, SbomFacts, ScanFacts, TestsFacts } from '@eucora/sdk';
import type { EvidenceConfig } from './config.js';

const DAY = 24 * 60 * 60 * 1_000;
const FAILURES_NAMED = 3;
const NOT_BOUND = 'does not name the digest of the artifact (bound is on)';

/** Why an item does not count as the evidence that it is meant to be; nothing when it does. */
export function shortcoming(item: EvidenceItem, facts: GateFacts, config: EvidenceConfig): string | undefined {
  if (!item.facts) return item.absent ?? 'says nothing';
  const found = item.facts as unknown;
  if (item.kind === 'artifact') return ofArtifact(found as ArtifactFacts, facts, config);
  if (item.kind === 'scan') return ofScan(found as ScanFacts, facts, config);
  if (item.kind === 'sbom') return config.bound && !(found as SbomFacts).describes_artifact ? NOT_BOUND : undefined;
  if (item.kind === 'tests') return ofTests(found as TestsFacts);
  return undefined;
}

function ofArtifact({ format }: ArtifactFacts, { order }: GateFacts, { formats }: EvidenceConfig): string | undefined {
  const { platform } = order.package;
  const allowed = formats[platform];
  if (!allowed || allowed.includes(format)) return undefined;
  return `its format is ${format}, and ${platform} takes ${allowed.join(', ')}`;
}

function ofScan(scan: ScanFacts, { now }: GateFacts, config: EvidenceConfig): string | undefined {
  const complaints = [
    ...(config.bound && !scan.describes_artifact ? [NOT_BOUND] : []),
    ...age(scan.database_at, now, config),
  ];
  return complaints.length > 0 ? `the ${scan.scanner} report ${complaints.join(', and ')}` : undefined;
}

/** A database from the future is of unknown age: one of the two clocks is wrong. A day is let pass for time zones. */
function age(databaseAt: string | undefined, now: Date, config: EvidenceConfig): string[] {
  const days = (now.getTime() - Date.parse(databaseAt ?? '')) / DAY;
  if (!(days >= -1)) {
    const said = databaseAt ? `, it says ${databaseAt}` : '';
    return config.allowUnknownAge ? [] : [`does not say how old its database was${said} (allowUnknownAge is off)`];
  }
  if (days <= config.maxDatabaseAgeDays) return [];
  return [
    `used a database of ${databaseAt}, ${Math.floor(days)} days old: at most ${config.maxDatabaseAgeDays} are allowed, scan again`,
  ];
}

function ofTests({ tests, passed, failed, failures }: TestsFacts): string | undefined {
  if (failed > 0) {
    const named = failures.slice(0, FAILURES_NAMED).join(', ');
    const more = failed > FAILURES_NAMED ? ` and ${failed - FAILURES_NAMED} more` : '';
    return `${failed} of ${tests} tests failed: ${named}${more}`;
  }
  return passed > 0 ? undefined : `no test of ${tests} passed`;
}
