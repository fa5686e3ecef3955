import { EucoraError } from '@eucora/sdk';

/** What the risk score looks at, in the order in which it is told. */
export const RISK_FACTORS = [
  'privileged',
  'blast_radius',
  'ring',
  'new_publisher',
  'scan_findings',
  'missing_evidence',
  'unsigned',
  'irreversible',
  'past_failures',
] as const;

export type RiskFactorName = (typeof RISK_FACTORS)[number];

/** Points per factor, 100 in all. The version goes with every score, so that a score can be told from one under other weights. */
export interface RiskWeights {
  readonly version: string;
  readonly weights: Readonly<Record<RiskFactorName, number>>;
}

export const DEFAULT_WEIGHTS: RiskWeights = {
  version: '2026-11',
  weights: {
    privileged: 20,
    blast_radius: 15,
    ring: 15,
    new_publisher: 5,
    scan_findings: 15,
    missing_evidence: 5,
    unsigned: 10,
    irreversible: 5,
    past_failures: 10,
  },
};

/** The content of a weights file. @throws EucoraError `CONFIG_INVALID` with every mistake */
export function checkWeights(value: unknown): RiskWeights {
  const given = value as Partial<RiskWeights> | null;
  const weights: Readonly<Record<string, unknown>> = { ...given?.weights };
  const named = Object.entries(weights);
  const sum = named.reduce((all, [, weight]) => all + Number(weight), 0);
  const mistakes = [
    ...(typeof given?.version === 'string' && given.version !== '' ? [] : ['version: must name these weights']),
    ...RISK_FACTORS.filter((name) => !(name in weights)).map((name) => `weights.${name}: is missing`),
    ...named
      .filter(([name]) => !(RISK_FACTORS as readonly string[]).includes(name))
      .map(([name]) => `weights.${name}: is no factor; there are ${RISK_FACTORS.join(', ')}`),
    ...named
      .filter(([, weight]) => typeof weight !== 'number' || !(weight >= 0))
      .map(([name]) => `weights.${name}: must be points, 0 or more`),
    ...(Math.abs(sum - 100) < 1e-9 ? [] : [`weights: add up to ${sum}, and must to 100`]),
  ];
  if (mistakes.length === 0) return given as RiskWeights;
  throw new EucoraError('CONFIG_INVALID', { what: `risk weights: ${mistakes.join('; ')}` });
}
