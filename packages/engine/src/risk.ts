import { ringNumber, type EvidenceItem, type Order, type RiskAssessment, type RiskFactor } from '@eucora/sdk';

/** Above this score a person must approve (SPEC section 3). */
export const APPROVAL_ABOVE = 50;

interface Facts {
  readonly order: Order;
  readonly evidence: readonly EvidenceItem[];
  /** The package that a rollback would go back to is known. */
  readonly reversible: boolean;
}

interface Weighed {
  readonly name: string;
  /** Points; all weights add up to 100. */
  readonly weight: number;
  /** 0 to 1, and why. */
  readonly judge: (facts: Facts) => readonly [number, string];
}

const has = (facts: Facts, kind: string) => facts.evidence.some((item) => item.kind === kind && item.facts);

const FACTORS: readonly Weighed[] = [
  {
    name: 'blast_radius',
    weight: 25,
    judge: ({ order }) => [ringNumber(order.ring) / 4, `ring ${order.ring}, at most ${order.sizeLimit} devices`],
  },
  {
    name: 'privileged',
    weight: 25,
    judge: ({ order }) => (order.package.privileged ? [1, 'runs with elevated rights'] : [0, 'runs with user rights']),
  },
  {
    name: 'no_sbom',
    weight: 15,
    judge: (facts) => (has(facts, 'sbom') ? [0, 'its parts are known'] : [1, 'no software bill of materials']),
  },
  {
    name: 'no_signature',
    weight: 15,
    judge: (facts) => (has(facts, 'signature') ? [0, 'signed'] : [1, 'no signature evidence']),
  },
  {
    name: 'irreversible',
    weight: 10,
    judge: ({ reversible }) => (reversible ? [0, 'an older version can come back'] : [1, 'nothing to go back to']),
  },
  {
    name: 'removal',
    weight: 10,
    judge: ({ order }) =>
      order.purpose === 'uninstall' ? [1, 'takes software off devices'] : [0, 'takes nothing off'],
  },
];

/** Pure: the same facts give the same score, and the factors add up to it. */
export function assessRisk(facts: Facts): RiskAssessment {
  const factors = FACTORS.map(({ name, weight, judge }): RiskFactor => {
    const [input, because] = judge(facts);
    return { name, weight, input, contribution: Math.round(weight * input * 100) / 100, because };
  });
  const score = Math.round(factors.reduce((sum, { contribution }) => sum + contribution, 0) * 100) / 100;
  return { score, factors };
}
