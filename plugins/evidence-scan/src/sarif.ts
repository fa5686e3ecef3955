import { digestsIn } from './digests.js';
import { invalidDocument, untrusted, type Finding, type SuppressedFinding, type UntrustedFields } from '@eucora/sdk';
import type { Report } from './report.js';
import { findRule, rulesOf } from './sarif-rules.js';
import { objectOf, shape, TEXT } from './schema.js';
import { severityOfLevel, severityOfScore } from './severity.js';

const RESULT = objectOf({ ruleId: TEXT, message: objectOf({}) }, ['message']);
const RUN = objectOf(
  {
    tool: objectOf({ driver: objectOf({ name: TEXT }, ['name']) }, ['driver']),
    results: { type: 'array', items: RESULT },
  },
  ['tool', 'results'],
);
const check = shape('SARIF log', objectOf({ runs: { type: 'array', minItems: 1, items: RUN } }, ['runs']));

/** SARIF 2.1.0, all its runs as one. @throws EucoraError `DOCUMENT_INVALID`, also when the tool says that it failed */
export function readSarif(document: UntrustedFields): Report {
  if (document.version !== '2.1.0')
    throw invalidDocument(`is SARIF ${untrusted.text(document.version) ?? 'of no version'}; 2.1.0 is read`);
  check(document);
  const runs = untrusted.list(document.runs);
  const invocations = runs.flatMap((run) => untrusted.list(run.invocations));
  if (invocations.some(({ executionSuccessful }) => executionSuccessful === false)) {
    throw invalidDocument('says of itself that the scan did not succeed');
  }
  const drivers = runs.map(({ tool }) => untrusted.fields(untrusted.fields(tool).driver));
  const results = runs.flatMap(resultsIn);
  return {
    scanner: listed(drivers.map(({ name }) => untrusted.text(name))) ?? 'unknown',
    scannerVersion: listed(
      drivers.map(({ semanticVersion, version }) => untrusted.text(semanticVersion) ?? untrusted.text(version)),
    ),
    scannedAt: invocations
      .flatMap(({ endTimeUtc }) => untrusted.time(endTimeUtc) ?? [])
      .sort()
      .at(-1),
    subject: subjectOf(runs),
    findings: results.filter((one) => !('reason' in one)),
    suppressed: results.filter((one) => 'reason' in one),
    remarks: [],
  };
}

const listed = (names: readonly (string | undefined)[]): string | undefined =>
  [...new Set(names.filter((name) => name !== undefined))].join(', ') || undefined;

/** One analysed file is the artifact or another one; many are the files of something larger. Trivy adds an image's own digests. */
function subjectOf(runs: readonly UntrustedFields[]): Report['subject'] {
  const files = runs.flatMap(({ artifacts }) => untrusted.list(artifacts));
  const targets = files.filter(({ roles }) => Array.isArray(roles) && roles.includes('analysisTarget'));
  const properties = runs.map((run) => untrusted.fields(run.properties));
  const named = [
    ...files.map(({ hashes }) => untrusted.fields(hashes)['sha-256']),
    ...properties.flatMap((one) => Object.values(one)),
  ];
  const isImage = properties.some(({ imageID }) => imageID !== undefined);
  return { sha256: named.flatMap(digestsIn), kind: isImage ? 'image' : targets.length === 1 ? 'file' : 'other' };
}

/** Kinds of results that say that there is nothing wrong. */
const HARMLESS: readonly unknown[] = ['pass', 'notApplicable', 'informational'];

function resultsIn(run: UntrustedFields): readonly (Finding | SuppressedFinding)[] {
  const rules = rulesOf(untrusted.fields(run.tool));
  return untrusted
    .list(run.results)
    .filter(({ kind, baselineState }) => !HARMLESS.includes(kind) && baselineState !== 'absent')
    .map((result) => {
      const found = toFinding(result, findRule(rules, result));
      const suppressions = untrusted.list(result.suppressions);
      const isSuppressed = suppressions.length > 0 && suppressions.every(isAccepted);
      return isSuppressed ? { ...found, reason: suppressions.map(reasonIn).join('; ') } : found;
    });
}

const isAccepted = ({ status }: UntrustedFields) => status === undefined || status === 'accepted';

const reasonIn = ({ kind, justification }: UntrustedFields): string =>
  untrusted.text(justification) ?? `${untrusted.text(kind) ?? 'suppressed'}, no reason given`;

function toFinding(result: UntrustedFields, rule: UntrustedFields): Finding {
  const said = saidIn(untrusted.fields(result.message).text);
  return {
    id:
      untrusted.text(result.ruleId) ??
      untrusted.text(untrusted.fields(result.rule).id) ??
      untrusted.text(rule.id) ??
      'unnamed',
    severity: severityOf(result, rule),
    component: said.component ?? locationOf(result),
    version: said.version,
    fixed_in: said.fixedIn,
  };
}

/** A score of 0 says that there is none. Without a level of its own a result has its rule's, and without that `warning`. */
function severityOf(result: UntrustedFields, rule: UntrustedFields): Finding['severity'] {
  const scores = [result, rule].map(({ properties }) =>
    severityOfScore(untrusted.fields(properties)['security-severity']),
  );
  const score = scores.find((one) => one !== undefined && one !== 'negligible');
  return score ?? severityOfLevel(result.level ?? untrusted.fields(rule.defaultConfiguration).level ?? 'warning');
}

const LONGEST_MESSAGE = 5_000;

/** Trivy, and who writes as it does: SARIF itself has no place for a package. */
function saidIn(message: unknown) {
  const text = typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : '';
  const line = (name: string) => untrusted.text(new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]);
  return { component: line('Package'), version: line('Installed Version'), fixedIn: line('Fixed Version') };
}

function locationOf(result: UntrustedFields): string | undefined {
  const { physicalLocation, logicalLocations } = untrusted.fields(untrusted.list(result.locations)[0]);
  const { uri } = untrusted.fields(untrusted.fields(physicalLocation).artifactLocation);
  return untrusted.text(uri) ?? untrusted.text(untrusted.list(logicalLocations)[0]?.fullyQualifiedName);
}
