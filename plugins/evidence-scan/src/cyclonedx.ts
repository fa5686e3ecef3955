import {
  invalidDocument,
  SEVERITIES,
  untrusted,
  type Finding,
  type Severity,
  type SuppressedFinding,
  type UntrustedFields,
} from '@eucora/sdk';
import type { Report } from './report.js';
import { objectOf, shape, TEXT } from './schema.js';
import { severityOfScore, severityOfWord } from './severity.js';

const VERSIONS: readonly unknown[] = ['1.4', '1.5', '1.6', '1.7'];
const check = shape(
  'CycloneDX report',
  objectOf({ vulnerabilities: { type: 'array', items: objectOf({ id: TEXT }, ['id']) } }),
);

/** CycloneDX 1.4 to 1.7 with vulnerabilities, VEX included. @throws EucoraError `DOCUMENT_INVALID` */
export function readCycloneDx(document: UntrustedFields): Report {
  const { specVersion, metadata, vulnerabilities } = document;
  if (!VERSIONS.includes(specVersion)) {
    throw invalidDocument(`is CycloneDX ${untrusted.text(specVersion) ?? 'of no version'}; 1.4 to 1.7 are read`);
  }
  if (vulnerabilities === undefined)
    throw invalidDocument('is a CycloneDX bill of materials without vulnerabilities: no scan');
  check(document);

  const { component: subject, timestamp, tools } = untrusted.fields(metadata);
  const components = new Map([untrusted.fields(subject), ...nested(document)].map((one) => [one['bom-ref'], one]));
  const [tool = {}] = [...untrusted.list(tools), ...untrusted.list(untrusted.fields(tools).components)];
  const found = untrusted.list(vulnerabilities).flatMap((one) => findingsIn(one, components));
  return {
    scanner: untrusted.text(tool.name) ?? 'unknown',
    scannerVersion: untrusted.text(tool.version),
    scannedAt: untrusted.time(timestamp),
    subject: {
      sha256: digestsOf(untrusted.fields(subject)),
      kind: untrusted.fields(subject).type === 'container' ? 'image' : 'file',
    },
    findings: found.filter((one) => !('reason' in one)),
    suppressed: found.filter((one) => 'reason' in one),
    remarks: found.length > 0 ? [] : ['it names no vulnerability; one that was never scanned looks the same'],
  };
}

const nested = ({ components }: UntrustedFields): readonly UntrustedFields[] =>
  untrusted.list(components).flatMap((component) => [component, ...nested(component)]);

const digestsOf = ({ hashes }: UntrustedFields): readonly string[] =>
  untrusted
    .list(hashes)
    .filter(({ alg }) => alg === 'SHA-256')
    .flatMap(({ content }) => untrusted.sha256(content) ?? []);

const SUPPRESSING: readonly unknown[] = ['not_affected', 'false_positive', 'resolved', 'resolved_with_pedigree'];

function findingsIn(
  vulnerability: UntrustedFields,
  components: ReadonlyMap<unknown, UntrustedFields>,
): readonly (Finding | SuppressedFinding)[] {
  const { state, justification, detail } = untrusted.fields(vulnerability.analysis);
  const affected = untrusted.list(vulnerability.affects);
  return (affected.length > 0 ? affected : [{}]).map(({ ref, versions }) => {
    const { purl, name, version } = untrusted.fields(ref === undefined ? undefined : components.get(ref));
    const finding = {
      id: untrusted.text(vulnerability.id) ?? 'unnamed',
      severity: severityOf(vulnerability),
      component: untrusted.text(purl) ?? untrusted.text(name) ?? untrusted.text(ref),
      version: untrusted.text(version) ?? untrusted.text(untrusted.list(versions)[0]?.version),
    };
    if (!SUPPRESSING.includes(state)) return finding;
    return {
      ...finding,
      reason: [state, justification, detail].flatMap((one) => untrusted.text(one) ?? []).join(': '),
    };
  });
}

/** The rating of the vulnerability's own source, as the scanner would show it; otherwise the worst of all. */
function severityOf({ ratings, source }: UntrustedFields): Severity {
  const own = untrusted.text(untrusted.fields(source).name);
  const all = untrusted.list(ratings);
  const ofSource = all
    .filter((rating) => own !== undefined && untrusted.fields(rating.source).name === own)
    .map(toSeverity);
  return worst(ofSource) ?? worst(all.map(toSeverity)) ?? 'unknown';
}

/** Only CVSS scores are severities; EPSS, for one, is a probability. */
function toSeverity({ severity, score, method }: UntrustedFields): Severity {
  const word = severityOfWord(severity);
  if (word !== 'unknown') return word;
  return (untrusted.text(method)?.startsWith('CVSS') ? severityOfScore(score) : undefined) ?? 'unknown';
}

const worst = (severities: readonly Severity[]): Severity | undefined =>
  SEVERITIES.find((severity) => severity !== 'unknown' && severities.includes(severity));
