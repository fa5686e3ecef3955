import {
  factsOf,
  ringNumber,
  type EvidenceFacts,
  type EvidenceItem,
  type Order,
  type RiskAssessment,
  type RiskFactor,
  type Severity,
} from '@eucora/sdk';
import { RISK_FACTORS, type RiskFactorName, type RiskWeights } from './risk-weights.js';

/** Above this score a person must approve (SPEC section 3). */
export const APPROVAL_ABOVE = 50;

export interface RiskFacts {
  readonly order: Order;
  readonly evidence: readonly EvidenceItem[];
  /** The package that a rollback would go back to is known. */
  readonly reversible: boolean;
  /** Something of this publisher reached its threshold here before. */
  readonly publisherKnown: boolean;
  /** Earlier runs of this application that have ended, and how many of them went wrong. */
  readonly past: { readonly ended: number; readonly failed: number };
}

/** 0 to 1, and why. */
type Judgement = readonly [number, string];

const JUDGES: Readonly<Record<RiskFactorName, (facts: RiskFacts) => Judgement>> = {
  privileged: ({ order }) =>
    order.package.privileged ? [1, 'runs with elevated rights'] : [0, 'runs with user rights'],
  blast_radius: ({ order: { sizeLimit } }) => [magnitude(sizeLimit), `at most ${sizeLimit} devices`],
  ring: ({ order: { ring } }) => [ringNumber(ring) / 4, `ring ${ring}`],
  new_publisher: ({ order, publisherKnown }) =>
    publisherKnown
      ? [0, `${order.package.publisher} is known here`]
      : [1, `nothing of ${order.package.publisher} was settled here before`],
  scan_findings: ({ evidence }) => findings(factsOf(evidence, 'scan')),
  missing_evidence: ({ evidence }) => missing(evidence),
  unsigned: ({ evidence }) => unsigned(factsOf(evidence, 'signature')),
  irreversible: ({ reversible }) => (reversible ? [0, 'an older version can come back'] : [1, 'nothing to go back to']),
  past_failures: ({ past: { ended, failed } }) =>
    ended === 0
      ? [0, 'no run of this application has ended yet']
      : [failed / ended, `${failed} of ${ended} runs went wrong`],
};

/** From one device (0) to 100,000 and more (1), by powers of ten. */
const magnitude = (devices: number): number => Math.min(1, Math.log10(Math.max(1, devices)) / 5);

/** How much one finding adds; ten of the same add ten times that, and more than 1 is 1. */
const FINDING: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 0.5,
  unknown: 0.5,
  medium: 0.1,
  low: 0.02,
  negligible: 0,
};

function findings(scans: readonly EvidenceFacts['scan'][]): Judgement {
  if (scans.length === 0) return [0.5, 'nobody looked for vulnerabilities'];
  const found = scans.flatMap((scan) => scan.findings);
  const worst = Math.min(
    1,
    found.reduce((sum, { severity }) => sum + FINDING[severity], 0),
  );
  return [worst, found.length === 0 ? 'the scans found nothing' : `the scans found ${found.length}`];
}

const EXPECTED = ['artifact', 'sbom', 'scan', 'tests'] as const;

function missing(evidence: readonly EvidenceItem[]): Judgement {
  const absent = EXPECTED.filter((kind) => factsOf(evidence, kind).length === 0);
  return [absent.length / EXPECTED.length, absent.length === 0 ? 'nothing is missing' : `without ${absent.join(', ')}`];
}

/** What a platform's own tool reported counts half: we could not check it. */
function unsigned(signatures: readonly EvidenceFacts['signature'][]): Judgement {
  const verified = signatures.find(({ verdict }) => verdict === 'verified');
  if (verified) return [0, `signed by ${verified.signer ?? 'a known signer'}`];
  return signatures.length > 0 ? [0.5, 'signed, by the word of another tool'] : [1, 'no signature evidence'];
}

const rounded = (points: number): number => Math.round(points * 100) / 100;

/** Pure: the same facts under the same weights give the same score, and the factors add up to it. */
export function assessRisk(facts: RiskFacts, { version, weights }: RiskWeights): RiskAssessment {
  const factors = RISK_FACTORS.map((name): RiskFactor => {
    const [input, because] = JUDGES[name](facts);
    return { name, weight: weights[name], input, contribution: rounded(weights[name] * input), because };
  });
  return { score: rounded(factors.reduce((sum, { contribution }) => sum + contribution, 0)), version, factors };
}
