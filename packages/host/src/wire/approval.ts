import { RINGS, type RingName } from '@eucora/sdk';
import { Instant, ListOf, Name, OneOf, Optional, Quantity, Text, Texts, Whole } from './fields.js';

const STATUSES = ['WAITING', 'APPROVED', 'REJECTED'] as const;

export class ApproveBody {
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
  @Text() declare requested_by: string;
  @Instant() declare requested_at: string;
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
