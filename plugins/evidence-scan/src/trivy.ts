import { digestsIn } from './digests.js';
import { invalidDocument, untrusted, type Finding, type SuppressedFinding, type UntrustedFields } from '@eucora/sdk';
import type { Report } from './report.js';
import { listOrNull, objectOf, shape, TEXT } from './schema.js';
import { severityOfWord } from './severity.js';

const VULNERABILITY = objectOf({ VulnerabilityID: TEXT, PkgName: TEXT }, ['VulnerabilityID', 'PkgName']);
const MISCONFIGURATION = objectOf({ ID: TEXT }, ['ID']);
const SECRET = objectOf({ RuleID: TEXT }, ['RuleID']);
const RESULT = objectOf(
  {
    Target: TEXT,
    Vulnerabilities: listOrNull(VULNERABILITY),
    Misconfigurations: listOrNull(MISCONFIGURATION),
    Secrets: listOrNull(SECRET),
    Licenses: listOrNull(objectOf({})),
    ExperimentalModifiedFindings: listOrNull(objectOf({ Type: TEXT, Status: TEXT }, ['Type', 'Status', 'Finding'])),
  },
  ['Target'],
);
const check = shape('report of Trivy', objectOf({ ArtifactName: TEXT, Results: listOrNull(RESULT) }, ['ArtifactName']));

/** Trivy's JSON, SchemaVersion 2. @throws EucoraError `DOCUMENT_INVALID` */
export function readTrivy(document: UntrustedFields): Report {
  if (document.SchemaVersion !== 2) throw invalidDocument(`is a report of Trivy of a SchemaVersion other than 2`);
  check(document);
  const { Version, VulnerabilityDB } = untrusted.fields(document.Trivy);
  const results = untrusted.list(document.Results);
  const modified = results.flatMap((result) =>
    untrusted.list(result.ExperimentalModifiedFindings).filter(isCounted).map(modifiedIn(result)),
  );
  const licences = results.flatMap(({ Licenses }) => untrusted.list(Licenses));
  return {
    scanner: 'trivy',
    scannerVersion: untrusted.text(Version),
    scannedAt: untrusted.time(document.CreatedAt),
    databaseAt: untrusted.time(untrusted.fields(VulnerabilityDB).UpdatedAt),
    subject: subjectOf(document),
    findings: [...results.flatMap(findingsIn), ...modified.filter((one) => !('reason' in one))],
    suppressed: [...results.flatMap(exceptionsIn), ...modified.filter((one) => 'reason' in one)],
    remarks: [
      ...(results.length > 0 ? [] : ['it has no results: Trivy found nothing to look at']),
      ...(licences.length > 0 ? [`findings about licences are not counted: ${licences.length}`] : []),
    ],
  };
}

/** Trivy digests images only. A file's digest is in the report where the file is named by it. */
function subjectOf({ ArtifactName, ArtifactType, Metadata }: UntrustedFields): Report['subject'] {
  const { Digest, SHA256 } = untrusted.fields(Metadata);
  return { sha256: [ArtifactName, Digest, SHA256].flatMap(digestsIn), kind: kindOf(ArtifactType) };
}

const FILE_TYPES: readonly unknown[] = ['filesystem', 'rootfs', 'vm', 'cyclonedx', 'spdx'];

function kindOf(type: unknown): Report['subject']['kind'] {
  if (type === 'container_image') return 'image';
  return FILE_TYPES.includes(type) ? 'file' : 'other';
}

const findingsIn = (result: UntrustedFields): readonly Finding[] => [
  ...untrusted.list(result.Vulnerabilities).map(vulnerability),
  ...untrusted
    .list(result.Misconfigurations)
    .filter(({ Status }) => Status !== 'PASS' && Status !== 'EXCEPTION')
    .map((one) => atTarget(result, one.ID, one.Severity)),
  ...untrusted.list(result.Secrets).map((one) => atTarget(result, one.RuleID, one.Severity)),
];

const exceptionsIn = (result: UntrustedFields): readonly SuppressedFinding[] =>
  untrusted
    .list(result.Misconfigurations)
    .filter(({ Status }) => Status === 'EXCEPTION')
    .map((one) => ({ ...atTarget(result, one.ID, one.Severity), reason: 'exception' }));

const vulnerability = (one: UntrustedFields): Finding => ({
  id: untrusted.text(one.VulnerabilityID) ?? 'unnamed',
  severity: severityOfWord(one.Severity),
  component: untrusted.text(untrusted.fields(one.PkgIdentifier).PURL) ?? untrusted.text(one.PkgName),
  version: untrusted.text(one.InstalledVersion),
  fixed_in: untrusted.text(one.FixedVersion),
});

/** What was matched is never taken over: with secrets it is the secret. */
const atTarget = ({ Target }: UntrustedFields, id: unknown, severity: unknown): Finding => ({
  id: untrusted.text(id) ?? 'unnamed',
  severity: severityOfWord(severity),
  component: untrusted.text(Target),
});

const isCounted = ({ Type }: UntrustedFields) => Type !== 'license';

const SUPPRESSING: readonly unknown[] = ['ignored', 'not_affected', 'fixed'];

/** `affected` and `under_investigation` are modified findings too, and still findings. */
const modifiedIn =
  (result: UntrustedFields) =>
  ({ Type, Status, Statement, Source, Finding: given }: UntrustedFields): Finding | SuppressedFinding => {
    const one = untrusted.fields(given);
    const found =
      Type === 'vulnerability' ? vulnerability(one) : atTarget(result, one.ID ?? one.RuleID ?? one.Name, one.Severity);
    if (!SUPPRESSING.includes(Status)) return found;
    const reason = [untrusted.text(Status), untrusted.text(Statement), untrusted.text(Source)]
      .filter(Boolean)
      .join(': ');
    return { ...found, reason };
  };
