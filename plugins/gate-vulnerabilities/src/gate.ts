import {
  allow,
  deny,
  factsOf,
  waiverFor,
  type Finding,
  type GateAnswer,
  type GateFacts,
  type PolicyGate,
} from '@eucora/sdk';
import { COUNTED, Maximum, VulnerabilitiesConfig, type CountedSeverity } from './config.js';

const NAME = 'vulnerabilities';
/** Findings that a reason names; the rest are in the evidence. */
const FINDINGS_NAMED = 10;

export type VulnerabilitiesSettings = Partial<Omit<VulnerabilitiesConfig, 'maximum'>> & {
  readonly maximum?: Partial<Maximum>;
};

/**
 * Refuses more known vulnerabilities of a severity than are allowed, over all scans together: what two scanners found alike
 * counts once, and once for each severity that they disagree on. A waived finding does not count. No scan at all is refused:
 * what nobody looked for may be there.
 */
export const vulnerabilities = (settings: VulnerabilitiesSettings = {}): PolicyGate => {
  const maximum = { ...new Maximum(), ...settings.maximum };
  const config: VulnerabilitiesConfig = { ...new VulnerabilitiesConfig(), ...settings, maximum };
  return {
    name: NAME,
    async evaluate(_ctx, facts) {
      if (factsOf(facts.evidence, 'scan').length === 0) return unscanned(facts);
      const tallies = COUNTED.map((severity) => tallyOf(severity, facts, config));

      const refused = tallies.filter(({ open, limit }) => open.length > limit);
      if (refused.length > 0) return deny(...refused.map(reasonOf));
      const waivers = tallies.flatMap(({ all, limit, waivers }) => (all.length > limit ? waivers : []));
      return waivers.length > 0 ? { ...allow(), waived: [...new Set(waivers)] } : allow();
    },
  };
};

interface Tally {
  readonly severity: CountedSeverity;
  readonly limit: number;
  readonly all: readonly Finding[];
  /** Those of them that nobody waived. */
  readonly open: readonly Finding[];
  /** Ids of the waivers of the others. */
  readonly waivers: readonly string[];
  /** By a report, and by none of them counted. */
  readonly suppressed: number;
}

function tallyOf(severity: CountedSeverity, facts: GateFacts, config: VulnerabilitiesConfig): Tally {
  const scans = factsOf(facts.evidence, 'scan');
  const counts = (finding: Finding) =>
    countedAs(finding, config) === severity && (!config.onlyFixable || Boolean(finding.fixed_in));
  const reported = distinct(scans.flatMap((scan) => scan.findings).filter(counts));
  const withSuppressed = distinct([...reported, ...scans.flatMap((scan) => scan.suppressed).filter(counts)]);
  const all = config.trustSuppressions ? reported : withSuppressed;
  return {
    severity,
    limit: config.maximum[severity] ?? Infinity,
    all,
    open: all.filter(({ id }) => !waiverFor(facts, NAME, id)),
    waivers: all.flatMap(({ id }) => waiverFor(facts, NAME, id)?.id ?? []),
    suppressed: withSuppressed.length - all.length,
  };
}

const countedAs = ({ severity }: Finding, { unknownAs }: VulnerabilitiesConfig): CountedSeverity =>
  COUNTED.find((known) => known === severity) ?? unknownAs;

const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.map((finding) => [JSON.stringify([finding.id, finding.component, finding.version]), finding]),
  ).values(),
];

function reasonOf({ severity, limit, open, suppressed }: Tally): string {
  const named = open.slice(0, FINDINGS_NAMED).map(describe).join(', ');
  const more = open.length > FINDINGS_NAMED ? ` and ${open.length - FINDINGS_NAMED} more` : '';
  const hidden =
    suppressed > 0 ? `; ${suppressed} more ${suppressed === 1 ? 'is' : 'are'} suppressed by the report` : '';
  const what = open.length === 1 ? 'vulnerability' : 'vulnerabilities';
  return `${open.length} ${severity} ${what}, ${limit} allowed without a waiver: ${named}${more}${hidden}`;
}

/** `CVE-2026-12345 in zlib 1.2.11 (fixed in 1.2.12)`. A purl carries its version already. */
function describe({ id, severity, component, version, fixed_in }: Finding): string {
  const where = [component, version && !component?.includes(version) ? version : ''].filter(Boolean).join(' ');
  const unsure = COUNTED.some((known) => known === severity) ? '' : ', severity unknown';
  return `${id}${where && ` in ${where}`} (${fixed_in ? `fixed in ${fixed_in}` : 'no fix known'}${unsure})`;
}

function unscanned(facts: GateFacts): GateAnswer {
  const waiver = waiverFor(facts, NAME, 'scan');
  if (waiver) return { ...allow(), waived: [waiver.id] };
  const absences = facts.evidence.flatMap(({ kind, provider, absent }) =>
    kind === 'scan' && absent ? [`${provider}: ${absent}`] : [],
  );
  return deny(`nobody has scanned it: ${absences.join('; ') || 'no scan was collected'}`);
}
