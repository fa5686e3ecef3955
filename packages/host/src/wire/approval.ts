import { RINGS, type RingName } from '@eucora/sdk';
import { Digest, Hinted, Instant, ListOf, Name, OneOf, Optional, Quantity, Text, Texts, Whole } from './fields.js';

const STATUSES = ['WAITING', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOID'] as const;

export class ApproveBody {
  @Optional() @Text(2_000) declare note?: string;
  @Hinted({ description: 'What was looked at: the yes is refused when it is for something else.' })
  @Optional()
  @Digest()
  declare evidence_digest?: string;
  @Optional() @Digest() declare plan_digest?: string;
}

export class GivenApprovalAnswer {
  @Text() declare by: string;
  @Instant() declare at: string;
  @Optional() @Text(2_000) declare note?: string;
}

export class RejectBody {
  @Text(2_000) declare note: string;
}

export class ApprovalAnswer {
  @Text() declare id: string;
  @Name() declare correlation_id: string;
  @Text() declare plane: string;
  @Name() declare intent_id: string;
  @OneOf(RINGS) declare ring: RingName;
  @Text() declare package_key: string;
  @Quantity(0, 100) declare risk_score: number;
  @Texts() declare reasons: string[];
  @Hinted({ description: 'People who must say yes.' }) @Whole(1, 1_000) declare needed: number;
  @Hinted({ description: 'Who may; absent: whoever holds the permission.' })
  @Optional()
  @Texts()
  declare from?: string[];
  @ListOf(() => GivenApprovalAnswer) declare given: GivenApprovalAnswer[];
  @Hinted({ description: 'What a yes is given to. When it changes, the yes is void.' })
  @Digest()
  declare evidence_digest: string;
  @Digest() declare plan_digest: string;
  @Text() declare requested_by: string;
  @Text() declare packaged_by: string;
  @Instant() declare requested_at: string;
  @Instant() declare expires_at: string;
  @OneOf(STATUSES) declare status: (typeof STATUSES)[number];
  @Optional() @Text() declare decided_by?: string;
  @Optional() @Text() declare note?: string;
}

export class ApprovalPage {
  @ListOf(() => ApprovalAnswer) declare items: ApprovalAnswer[];
  @Optional() @Text() declare next?: string;
}

export class ApprovalQuery {
  @Optional() @Text() declare after?: string;
  @Optional() @Whole(1, 1_000) declare limit?: number;
  @Optional() @OneOf(STATUSES) declare status?: (typeof STATUSES)[number];
}
