import type { Context } from './context.js';
import type { EvidenceItem } from './evidence-provider.js';
import type { Order } from './vocabulary.js';

export type Decision = 'allow' | 'deny' | 'needs_approval';

export interface GateAnswer {
  readonly decision: Decision;
  /** For a person; at least one unless the answer is `allow`. */
  readonly reasons: readonly string[];
}

/** One line of a risk score: `contribution = weight × input`, rounded to two decimals. */
export interface RiskFactor {
  readonly name: string;
  /** Points, at most. The weights of all factors add up to 100. */
  readonly weight: number;
  /** 0 to 1. */
  readonly input: number;
  readonly contribution: number;
  /** For a person: why the input is what it is. */
  readonly because: string;
}

/** 0 (nothing to fear) to 100. Same facts, same score. */
export interface RiskAssessment {
  readonly score: number;
  readonly factors: readonly RiskFactor[];
}

/** How the devices of a scope stand. Percentages are 0 to 100. */
export interface Compliance {
  readonly targeted: number;
  readonly installed: number;
  readonly failed: number;
  readonly pending: number;
  /** Not heard of: counted against. */
  readonly unknown: number;
  /** `installed / targeted`, and 0 when nothing is targeted. */
  readonly successRate: number;
}

export interface GateFacts {
  readonly order: Order;
  readonly evidence: readonly EvidenceItem[];
  readonly risk: RiskAssessment;
  /** Of the ring before this one on the same plane; absent for the first ring. */
  readonly compliance?: Compliance;
  readonly now: Date;
}

/**
 * Decides whether a run may touch a plane. Asked before every run; asked again when a run resumes before it was admitted.
 * A gate that throws or does not answer in time has said no.
 */
export interface PolicyGate {
  readonly name: string;
  evaluate(ctx: Context, facts: GateFacts): Promise<GateAnswer>;
}

export const allow = (): GateAnswer => ({ decision: 'allow', reasons: [] });
export const deny = (...reasons: string[]): GateAnswer => ({ decision: 'deny', reasons });
export const needsApproval = (...reasons: string[]): GateAnswer => ({ decision: 'needs_approval', reasons });
