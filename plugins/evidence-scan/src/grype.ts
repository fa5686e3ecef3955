import { digestsIn } from './digests.js';
import { untrusted, type Finding, type SuppressedFinding, type UntrustedFields } from '@eucora/sdk';
import type { Report } from './report.js';
import { listOrNull, objectOf, shape, TEXT } from './schema.js';
import { severityOfWord } from './severity.js';

const MATCH = objectOf(
  { vulnerability: objectOf({ id: TEXT }, ['id']), artifact: objectOf({ name: TEXT }, ['name']) },
  ['vulnerability', 'artifact'],
);
const check = shape(
  'report of Grype',
  objectOf({ matches: { type: 'array', items: MATCH }, ignoredMatches: listOrNull(MATCH) }, ['matches']),
);

/** Grype's JSON, of database schema 5 and 6. @throws EucoraError `DOCUMENT_INVALID` */
export function readGrype(document: UntrustedFields): Report {
  check(document);
  const { version, timestamp, db } = untrusted.fields(document.descriptor);
  const { built, status } = untrusted.fields(db);
  return {
    scanner: 'grype',
    scannerVersion: untrusted.text(version),
    scannedAt: untrusted.time(timestamp),
    databaseAt: untrusted.time(built) ?? untrusted.time(untrusted.fields(status).built),
    subject: subjectOf(untrusted.fields(document.source)),
    findings: untrusted.list(document.matches).map(toFinding),
    suppressed: untrusted.list(document.ignoredMatches).map(toSuppressed),
    remarks: untrusted.fields(status).valid === false ? ['Grype says of its database that it is not valid'] : [],
  };
}

/** Of a file Grype gives the path only: its digest is in the report where the file is named by it. */
function subjectOf({ type, target }: UntrustedFields): Report['subject'] {
  const { path, digests, checksums } = untrusted.fields(target);
  const named = [
    target,
    path,
    ...[...untrusted.list(digests), ...untrusted.list(checksums)].map(({ value }) => value),
    ...untrusted.texts(checksums),
  ];
  return { sha256: named.flatMap(digestsIn), kind: kindOf(type) };
}

const FILE_TYPES: readonly unknown[] = ['file', 'directory', 'sbom-file'];

function kindOf(type: unknown): Report['subject']['kind'] {
  if (type === 'image') return 'image';
  return FILE_TYPES.includes(type) ? 'file' : 'other';
}

function toFinding(match: UntrustedFields): Finding {
  const vulnerability = untrusted.fields(match.vulnerability);
  const artifact = untrusted.fields(match.artifact);
  return {
    id: untrusted.text(vulnerability.id) ?? 'unnamed',
    severity: severityOfWord(vulnerability.severity),
    component: untrusted.text(artifact.purl) ?? untrusted.text(artifact.name),
    version: untrusted.text(artifact.version),
    fixed_in: untrusted.text(untrusted.texts(untrusted.fields(vulnerability.fix).versions).join(', ')),
  };
}

const toSuppressed = (match: UntrustedFields): SuppressedFinding => ({
  ...toFinding(match),
  reason: untrusted.text(untrusted.list(match.appliedIgnoreRules).map(ruleText).join('; ')) ?? 'no reason given',
});

/** `vex: not_affected: vulnerable_code_not_present`, `fix-state wont-fix`; a rule that says nothing names what it hits. */
function ruleText(rule: UntrustedFields): string {
  const said = [rule.namespace, rule.reason, rule['vex-status'], rule['vex-justification']].flatMap(
    (one) => untrusted.text(one) ?? [],
  );
  const fixState = untrusted.text(rule['fix-state']);
  const rest = fixState ? [`fix-state ${fixState}`] : [];
  return (
    [...said, ...rest].join(': ') ||
    `ignore rule for ${untrusted.text(rule.vulnerability) ?? 'this package'}, no reason given`
  );
}
