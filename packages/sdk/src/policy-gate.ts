import type { Context } from './context.js';
import type { EvidenceItem } from './evidence-provider.js';
import type { RingConfig, RingName } from './rings.js';
import type { Order, Sha256 } from './vocabulary.js';

export type Decision = 'allow' | 'deny' | 'needs_approval';

export interface GateAnswer {
  readonly decision: Decision;
  /** For a person; at least one unless the answer is `allow`. */
  readonly reasons: readonly string[];
  /** With `needs_approval`: who must say yes. Default: one approver. Of several gates the strictest of each field counts. */
  readonly approval?: Quorum;
  /** Ids of the waivers without which the answer would have been stricter. They are recorded as used. */
  readonly waived?: readonly string[];
}

/** Whose yes it takes. */
export interface Quorum {
  /** Different people, at least 1. */
  readonly needed: number;
  /** Subjects who may answer. Absent: whoever holds the permission. */
  readonly from?: readonly string[];
  /** Hours from the request until it expires. Default 72. */
  readonly validHours?: number;
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
  /** Of the weights: the same facts under the same version give the same score. */
  readonly version: string;
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

/** How an agent's action is classed: R1 may run, R2 runs where policy allows it, R3 always waits for a person. */
export const RISK_CLASSES = ['R1', 'R2', 'R3'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** Who asked for the run: the verified subject, never a name from the request. */
export interface Requester {
  readonly subject: string;
  /** Present: it is an agent (AI or other automation), and this is how its action is classed. */
  readonly agent?: { readonly riskClass: RiskClass };
}

/** A yes to exactly this evidence and this plan. */
export interface GivenApproval {
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly note?: string;
}

/** Permission to pass over something that a gate would refuse. Signed by the hub when it is granted. */
export interface Waiver {
  readonly id: string;
  /** Name of the gate that it speaks to: `vulnerabilities`. */
  readonly gate: string;
  /** What is waived, in that gate's words: `CVE-2026-12345`, `sbom`. At least one. */
  readonly subjects: readonly string[];
  /** `esbuild`, or one version of it: `esbuild@0.25.1`. */
  readonly package: string;
  /** Absent: all rings. */
  readonly rings?: readonly RingName[];
  readonly reason: string;
  readonly grantedBy: string;
  /** ISO 8601, UTC. */
  readonly grantedAt: string;
  /** ISO 8601, UTC. From then on it waives nothing. */
  readonly expiresAt: string;
}

/** How the ring before an order's went, on the same plane. */
export interface RingOutcome {
  /** With the limits that the intent set. */
  readonly config: RingConfig;
  /** `SETTLED` when it reached its threshold in time; absent when it was never published. */
  readonly status?: string;
  /** As last observed. */
  readonly compliance?: Compliance;
  /** Hours from the assignment until the threshold was reached, or until now where it was not. */
  readonly hoursToCompliance?: number;
}

/** A security incident that somebody reported for the package of an intent, and that is still open. */
export interface Incident {
  readonly id: string;
  readonly what: string;
  readonly reportedBy: string;
  /** ISO 8601, UTC. */
  readonly reportedAt: string;
}

/** Everything that a gate may judge by. Values only: the same facts get the same answer. */
export interface GateFacts {
  readonly order: Order;
  readonly evidence: readonly EvidenceItem[];
  readonly risk: RiskAssessment;
  readonly requester: Requester;
  /** Who added the package. */
  readonly packagedBy: string;
  /** The ring before this one on the same plane; absent for the intent's first ring. */
  readonly before?: RingOutcome;
  /** Given to the present evidence and plan; to others they are void and not in here. */
  readonly approvals: readonly GivenApproval[];
  /** In force, for this package and ring, their signatures checked. */
  readonly waivers: readonly Waiver[];
  readonly incidents: readonly Incident[];
  /** The requester declared an emergency, with this reason. It is recorded, whatever comes of it. */
  readonly emergency?: { readonly reason: string };
  /** Of what an approver says yes to. */
  readonly digests: { readonly evidence: Sha256; readonly plan: Sha256 };
  readonly now: Date;
}

/**
 * Decides whether a run may touch a plane. Asked before every run; asked again when a run that waited for approval goes on.
 * A gate that throws, does not answer in time or is registered and not running has said no.
 */
export interface PolicyGate {
  readonly name: string;
  evaluate(ctx: Context, facts: GateFacts): Promise<GateAnswer>;
}

export const allow = (): GateAnswer => ({ decision: 'allow', reasons: [] });
export const deny = (...reasons: string[]): GateAnswer => ({ decision: 'deny', reasons });
export const needsApproval = (...reasons: string[]): GateAnswer => ({ decision: 'needs_approval', reasons });

/** The waiver that lets a gate pass over something: a finding, a missing piece of evidence. */
export const waiverFor = ({ waivers }: GateFacts, gate: string, subject: string): Waiver | undefined =>
  waivers.find((waiver) => waiver.gate === gate && waiver.subjects.includes(subject));
