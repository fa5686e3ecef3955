import { canonicalJson } from './canonical.js';
import type { Operation } from './execution-plane.js';
import { EucoraError } from './errors.js';
import type { RingName } from './rings.js';
import { isSigned, signatureOf, type Signature, type Signer } from './signing.js';
import type { Sha256 } from './vocabulary.js';

export const PLAN_PAYLOAD_TYPE = 'application/vnd.eucora.plan+json';

/** An operation with what has to be true before it may begin, and what it costs. */
export interface PlannedOperation extends Operation {
  readonly precondition: {
    /** SHA-256 of the plane's state (RFC 8785) that the plan was made from. */
    readonly state: Sha256;
    /** Keys of the operations that come before it. */
    readonly after: readonly string[];
  };
  /** Mutating requests to the plane; absent where the plane does not announce them. */
  readonly cost?: number;
}

export interface PlaneOperations {
  readonly plane: string;
  readonly package_key: string;
  /** What the plane held when the plan was made, in the words of `PlaneState`. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly operations: readonly PlannedOperation[];
}

/** Everything that a publish will do, settled beforehand. Names as they stand in the file: snake_case. */
export interface PlanContent {
  readonly schema: 'eucora.signed-plan/1';
  /** The publish that applies it has this one, so that it is applied once. */
  readonly correlation_id: string;
  readonly intent_id: string;
  readonly ring: RingName;
  readonly created_by: string;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly expires_at: string;
  readonly planes: readonly PlaneOperations[];
}

/** A plan that a hub has signed: readable, and worth nothing after any change. */
export interface SignedPlan {
  readonly payload_type: typeof PLAN_PAYLOAD_TYPE;
  readonly plan: PlanContent;
  readonly signatures: readonly Signature[];
}

export function signPlan(plan: PlanContent, signer: Signer): SignedPlan {
  const content = JSON.parse(canonicalJson(plan)) as PlanContent;
  const signature = signatureOf(PLAN_PAYLOAD_TYPE, Buffer.from(canonicalJson(content)), signer);
  return { payload_type: PLAN_PAYLOAD_TYPE, plan: content, signatures: [signature] };
}

/** The text of a plan file. */
export const planText = (plan: SignedPlan): string => `${canonicalJson(plan)}\n`;

/** A plan file, every byte of it as it was written. @throws EucoraError `PLAN_INVALID` */
export function readPlan(text: string): SignedPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON');
  }
  const plan = requirePlan(value);
  if (planText(plan) !== text) throw invalid('it is not as it was written');
  return plan;
}

/** A value that has the form of a plan; its signature is not looked at. @throws EucoraError `PLAN_INVALID` */
export function requirePlan(value: unknown): SignedPlan {
  if (looksLikePlan(value)) return value;
  throw invalid('it is no plan of this version');
}

/** @param keys PEM (SPKI). @throws EucoraError `PLAN_INVALID` */
export function requireSigned(value: unknown, keys: readonly string[]): PlanContent {
  const { plan, signatures, ...rest } = requirePlan(value);
  const bytes = Buffer.from(canonicalJson(plan));
  if (Object.keys(rest).join() !== 'payload_type' || !isSigned(PLAN_PAYLOAD_TYPE, bytes, signatures, keys))
    throw invalid('its signature is not that of this hub, or it was changed');
  return plan;
}

const looksLikePlan = (value: unknown): value is SignedPlan => {
  const plan = value as Partial<SignedPlan> | null;
  return (
    typeof plan === 'object' &&
    plan?.payload_type === PLAN_PAYLOAD_TYPE &&
    plan.plan?.schema === 'eucora.signed-plan/1' &&
    Array.isArray(plan.plan.planes) &&
    Array.isArray(plan.signatures)
  );
};

const invalid = (why: string) => new EucoraError('PLAN_INVALID', { what: `the plan cannot be applied: ${why}` });
