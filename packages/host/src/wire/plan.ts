import { RINGS, type RingName, type RiskClass, type SignedPlan } from '@eucora/sdk';
import { Hinted, Instant, ListOf, Name, Nested, OneOf, Opaque, Optional, Text, Texts, Whole } from './fields.js';
import { RingField } from './intent.js';
import { EmergencyField, RiskAnswer, RiskClassField, VerdictAnswer } from './rollout.js';

/** A plan writes nothing, so it needs no key. */
export class PlanBody {
  @RingField() @Optional() declare ring?: string | number;
  @Optional() @Texts(1, 100) declare planes?: string[];
  @Optional() @Name() declare correlation_id?: string;
  @EmergencyField() @Optional() declare emergency_reason?: string;
  @RiskClassField() @Optional() declare risk_class?: RiskClass;
}

export class PlannedEvidenceAnswer {
  @Text() declare kind: string;
  @Text() declare provider: string;
  @Optional() @Text() declare absent?: string;
}

export class OperationAnswer {
  @OneOf(['publish', 'assign']) declare phase: 'publish' | 'assign';
  @Text() declare kind: string;
  @Text() declare key: string;
  @Text() declare summary: string;
  @Opaque() declare params: Record<string, unknown>;
  @Optional() @Texts() declare writes?: string[];
}

export class PlannedRunAnswer {
  @Text() declare plane: string;
  @ListOf(() => PlannedEvidenceAnswer) declare evidence: PlannedEvidenceAnswer[];
  @Nested(() => RiskAnswer) declare risk: RiskAnswer;
  @ListOf(() => VerdictAnswer) declare verdicts: VerdictAnswer[];
  @Optional() @ListOf(() => OperationAnswer) declare operations?: OperationAnswer[];
}

export class PlanAnswer {
  @Name() declare intent_id: string;
  @OneOf(RINGS) declare ring: RingName;
  @ListOf(() => PlannedRunAnswer) declare runs: PlannedRunAnswer[];
  @OneOf(['allow', 'deny', 'needs_approval']) declare decision: 'allow' | 'deny' | 'needs_approval';
  @Instant() declare created_at: string;
  @Hinted({ description: 'For `plan` of a publish, as it is. Absent where a plane cannot plan.' })
  @Optional()
  @Opaque()
  declare signed_plan?: SignedPlan;
  @Name() declare correlation_id: string;
  @Whole(100, 599) declare status_code: number;
}
