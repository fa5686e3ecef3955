import { RINGS, RISK_CLASSES, type ErrorClass, type RingName, type RiskClass, type SignedPlan } from '@eucora/sdk';
import {
  Digest,
  Hinted,
  Instant,
  ListOf,
  Name,
  Nested,
  OneOf,
  Opaque,
  Optional,
  Quantity,
  Text,
  Texts,
  Whole,
} from './fields.js';
import { RingField, Scope } from './intent.js';
import { PackageBody } from './package.js';

const STATUSES = [
  'QUEUED',
  'IN_PROGRESS',
  'AWAITING_APPROVAL',
  'OBSERVING',
  'SETTLED',
  'REFUSED',
  'HALTED',
  'ROLLED_BACK',
  'FAILED',
] as const;
const KINDS = ['publish', 'rollback'] as const;

export const EmergencyField = (): PropertyDecorator => {
  const [text, hint] = [
    Text(2_000),
    Hinted({ description: 'Why this cannot wait. It is recorded; the gates decide what it opens.' }),
  ];
  return (target, property) => (text(target, property), hint(target, property));
};

export const RiskClassField = (): PropertyDecorator => {
  const [oneOf, hint] = [
    OneOf(RISK_CLASSES),
    Hinted({ description: 'How the action of an agent is classed. Default for agents: R3.' }),
  ];
  return (target, property) => (oneOf(target, property), hint(target, property));
};

/** `Idempotency-Key` must say the same as `correlation_id`. */
export class PublishBody {
  @Name() declare correlation_id: string;
  @RingField() @Optional() declare ring?: string | number;
  @Hinted({ description: 'Default: all planes of the intent.' }) @Optional() @Texts(1, 100) declare planes?: string[];
  @EmergencyField() @Optional() declare emergency_reason?: string;
  @RiskClassField() @Optional() declare risk_class?: RiskClass;
  @Hinted({ description: 'The `signed_plan` of a plan: exactly these operations, once, before it expires.' })
  @Optional()
  @Opaque()
  declare plan?: SignedPlan;
}

export class PromoteBody {
  @Name() declare correlation_id: string;
  @EmergencyField() @Optional() declare emergency_reason?: string;
  @RiskClassField() @Optional() declare risk_class?: RiskClass;
}

export class HaltBody {
  @Text(2_000) declare reason: string;
}

/** `correlation_id` is the one of the publish that is to be taken back. */
export class RollbackBody {
  @Name() declare correlation_id: string;
  @Text(2_000) declare reason: string;
}

/** What a publish at one connector takes. */
export class ConnectorPublishBody {
  @Name() declare correlation_id: string;
  @Name() declare deployment_intent_id: string;
  @RingField() @Optional() declare ring?: string | number;
  @RiskClassField() @Optional() declare risk_class?: RiskClass;
}

/** Whose yes it takes. */
export class QuorumAnswer {
  @Whole(1, 1_000) declare needed: number;
  @Optional() @Texts() declare from?: string[];
  @Optional() @Quantity(0, 100_000) declare valid_hours?: number;
}

export class AgentAnswer {
  @OneOf(RISK_CLASSES) declare risk_class: RiskClass;
}

export class EmergencyAnswer {
  @Text(2_000) declare reason: string;
}

export class VerdictAnswer {
  @Text() declare gate: string;
  @OneOf(['allow', 'deny', 'needs_approval']) declare decision: 'allow' | 'deny' | 'needs_approval';
  @Texts() declare reasons: string[];
  @Optional() @Nested(() => QuorumAnswer) declare approval?: QuorumAnswer;
  @Hinted({ description: 'Waivers that it took.' }) @Optional() @Texts() declare waived?: string[];
}

export class RiskFactorAnswer {
  @Text() declare name: string;
  @Quantity(0, 100) declare weight: number;
  @Quantity(0, 1) declare input: number;
  @Quantity(0, 100) declare contribution: number;
  @Text() declare because: string;
}

export class RiskAnswer {
  @Quantity(0, 100) declare score: number;
  @Hinted({ description: 'Of the weights.' }) @Text() declare version: string;
  @ListOf(() => RiskFactorAnswer) declare factors: RiskFactorAnswer[];
}

export class ComplianceAnswer {
  @Whole(0, 100_000_000) declare targeted: number;
  @Whole(0, 100_000_000) declare installed: number;
  @Whole(0, 100_000_000) declare failed: number;
  @Whole(0, 100_000_000) declare pending: number;
  @Whole(0, 100_000_000) declare unknown: number;
  @Hinted({ description: 'Percent.' }) @Quantity(0, 100) declare success_rate: number;
}

export class OrderAnswer {
  @Name() declare correlation_id: string;
  @Name() declare intent_id: string;
  @Text() declare plane: string;
  @OneOf(RINGS) declare ring: RingName;
  @Nested(() => PackageBody) declare package: PackageBody;
  @OneOf(['required', 'available', 'uninstall']) declare purpose: 'required' | 'available' | 'uninstall';
  @Nested(() => Scope) declare scope: Scope;
  @Whole(0, 10_000_000) declare size_limit: number;
}

export class DoneOperationAnswer {
  @Text() declare key: string;
  @Text() declare kind: string;
  @OneOf(['publish', 'assign']) declare phase: 'publish' | 'assign';
  @Text() declare summary: string;
  @Instant() declare at: string;
}

export class RunErrorAnswer {
  @Text() declare code: string;
  @OneOf(['transient', 'permanent', 'policy_violation']) declare error_class: ErrorClass;
  @Whole(100, 599) declare status_code: number;
  @Text() declare what: string;
  @Text() declare remedy: string;
  @Instant() declare at: string;
}

/** One intent, one ring, one plane. */
export class RunAnswer {
  @OneOf(KINDS) declare kind: (typeof KINDS)[number];
  @Name() declare correlation_id: string;
  @Text() declare plane: string;
  @Nested(() => OrderAnswer) declare order: OrderAnswer;
  @Optional() @Nested(() => PackageBody) declare previous?: PackageBody;
  @OneOf(STATUSES) declare status: (typeof STATUSES)[number];
  @Hinted({ description: 'The step to do next; absent once ended.' }) @Optional() @Text() declare step?: string;
  @Hinted({ description: 'Digest of what was found out about the package.' })
  @Optional()
  @Digest()
  declare evidence?: string;
  @Hinted({ description: 'Digest of what will be done.' }) @Optional() @Digest() declare plan?: string;
  @Hinted({ description: 'Digest of the signed plan that is applied.' })
  @Optional()
  @Digest()
  declare signed_plan?: string;
  @Hinted({ description: 'Digest of the sealed evidence pack.' }) @Optional() @Digest() declare pack?: string;
  @Optional() @Nested(() => AgentAnswer) declare agent?: AgentAnswer;
  @Optional() @Nested(() => EmergencyAnswer) declare emergency?: EmergencyAnswer;
  @Optional() @Nested(() => RiskAnswer) declare risk?: RiskAnswer;
  @ListOf(() => VerdictAnswer) declare verdicts: VerdictAnswer[];
  @ListOf(() => DoneOperationAnswer) declare operations: DoneOperationAnswer[];
  @Optional() @Nested(() => ComplianceAnswer) declare compliance?: ComplianceAnswer;
  @Optional() @Nested(() => RunErrorAnswer) declare last_error?: RunErrorAnswer;
  @Optional() @Text() declare reason?: string;
  @Whole(0, 1_000_000) declare failures: number;
  @Text() declare requested_by: string;
  @Instant() declare requested_at: string;
  @Instant() declare updated_at: string;
  @Optional() @Instant() declare ended_at?: string;
}

/** The runs that one request started. `rollback` has the same shape: the taking back of this publish. */
export class RolloutAnswer {
  @OneOf(KINDS) declare kind: (typeof KINDS)[number];
  @Name() declare correlation_id: string;
  @Hinted({ description: 'HTTP status of this answer; absent inside other answers.' })
  @Optional()
  @Whole(100, 599)
  declare status_code?: number;
  @Name() declare intent_id: string;
  @OneOf(RINGS) declare ring: RingName;
  @Hinted({ description: 'The least advanced of its runs, failures first.' })
  @OneOf(STATUSES)
  declare status: (typeof STATUSES)[number];
  @Text() declare requested_by: string;
  @Instant() declare requested_at: string;
  @ListOf(() => RunAnswer) declare runs: RunAnswer[];
  @Optional() @Opaque() declare rollback?: Omit<RolloutAnswer, 'rollback'>;
}

export class RolloutList {
  @ListOf(() => RolloutAnswer) declare items: RolloutAnswer[];
  @Name() declare correlation_id: string;
  @Whole(100, 599) declare status_code: number;
}
