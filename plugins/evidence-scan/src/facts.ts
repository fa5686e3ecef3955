import { invalidDocument, SEVERITIES, type Artifact, type Finding, type ScanFacts, type Severity } from '@eucora/sdk';
import type { Report } from './report.js';

/** More than the fattest image has; beyond it a report is there to keep us busy. None is ever left out of the facts. */
export const MAX_FINDINGS = 20_000;

/** What a report says of this artifact. @throws EucoraError `DOCUMENT_INVALID` when it is about another one */
export function toFacts(report: Report, artifact: Artifact): ScanFacts {
  const count = report.findings.length + report.suppressed.length;
  if (count > MAX_FINDINGS) throw invalidDocument(`has ${count} findings; ${MAX_FINDINGS} are read at most`);
  const describesArtifact = isAbout(report, artifact);
  const findings = distinct(report.findings);

  return {
    scanner: report.scanner,
    ...given('scanner_version', report.scannerVersion),
    ...given('scanned_at', report.scannedAt),
    ...given('database_at', report.databaseAt),
    counts: countsOf(findings),
    findings,
    suppressed: distinct(report.suppressed),
    describes_artifact: describesArtifact,
    remarks: [
      ...report.remarks,
      ...(describesArtifact ? [] : [whyNot(report)]),
      ...(report.scannedAt ? [] : ['it does not say when the scan was made']),
      ...(report.databaseAt ? [] : ["it does not say how old the scanner's knowledge was"]),
    ],
  };
}

/** Whether the report names this artifact's digest. @throws EucoraError when it names another file's */
function isAbout({ subject: { sha256, kind } }: Report, artifact: Artifact): boolean {
  if (sha256.includes(artifact.sha256)) return true;
  if (kind !== 'file' || sha256[0] === undefined) return false;
  throw invalidDocument(`is of another artifact: it names SHA-256 ${sha256[0]}, and this one's is ${artifact.sha256}`);
}

function whyNot({ subject: { sha256, kind } }: Report): string {
  if (kind === 'image') return 'it is about a container image, whose digests are not those of a file';
  return sha256.length === 0
    ? 'it names no SHA-256 of what was scanned, so nothing ties it to this artifact'
    : 'the digests that it names are not of one file, so nothing ties it to this artifact';
}

/** Once each, by id, component and version, with the worst severity that was given; the worst first. */
function distinct<Found extends Finding>(findings: readonly Found[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.component, finding.version]);
    const known = found.get(key);
    found.set(key, known ? merged(known, finding) : finding);
  }
  return [...found.values()].map(withoutGaps).sort(worstFirst);
}

function merged<Found extends Finding>(known: Found, other: Found): Found {
  const fixedIn = known.fixed_in ?? other.fixed_in;
  const severity = rank(other.severity) < rank(known.severity) ? other.severity : known.severity;
  return { ...known, severity, ...given('fixed_in', fixedIn) };
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

const worstFirst = (one: Finding, other: Finding): number =>
  rank(one.severity) - rank(other.severity) || byText(textOf(one), textOf(other));

const textOf = ({ id, component = '', version = '' }: Finding) => `${id}\n${component}\n${version}`;

/** By code units: the same everywhere. */
const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const withoutGaps = <Found extends object>(finding: Found): Found =>
  Object.fromEntries(Object.entries(finding).filter(([, value]) => value !== undefined)) as Found;

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

const given = <Name extends string>(name: Name, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: string };
