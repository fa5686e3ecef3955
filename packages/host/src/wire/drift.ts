import { RINGS, type RingName } from '@eucora/sdk';
import { Instant, ListOf, Name, OneOf, Optional, Text, Whole } from './fields.js';

const TYPES = [
  'missing_assignment',
  'version_mismatch',
  'scope_mismatch',
  'compliance_drift',
  'extra_assignment',
] as const;
const STATUSES = ['DETECTED', 'REMEDIATED', 'RESOLVED', 'MANUAL_REVIEW', 'CAB_ESCALATION'] as const;

export class ReconcileBody {
  @Optional() @Name() declare intent_id?: string;
}

export class DriftAnswer {
  @Text() declare id: string;
  @OneOf(TYPES) declare type: (typeof TYPES)[number];
  @OneOf(['MISSING', 'MODIFIED', 'EXTRA']) declare class: 'MISSING' | 'MODIFIED' | 'EXTRA';
  @OneOf(['high', 'medium']) declare severity: 'high' | 'medium';
  @Name() declare intent_id: string;
  @Text() declare plane: string;
  @OneOf(RINGS) declare ring: RingName;
  @Text() declare package_key: string;
  @Text() declare what: string;
  @OneOf(STATUSES) declare status: (typeof STATUSES)[number];
  @Whole(0, 1_000) declare attempts: number;
  @Instant() declare detected_at: string;
  @Instant() declare updated_at: string;
  @Name() declare correlation_id: string;
}

export class DriftPage {
  @ListOf(() => DriftAnswer) declare items: DriftAnswer[];
  @Optional() @Text() declare next?: string;
}

export class DriftQuery {
  @Optional() @Text() declare after?: string;
  @Optional() @Whole(1, 1_000) declare limit?: number;
  @Optional() @OneOf(STATUSES) declare status?: (typeof STATUSES)[number];
}

export class UnreachableAnswer {
  @Text() declare plane: string;
  @Text() declare what: string;
}

export class ReconcileAnswer {
  @Whole(0, 100_000_000) declare intents: number;
  @Whole(0, 100_000_000) declare orders: number;
  @ListOf(() => DriftAnswer) declare drift: DriftAnswer[];
  @ListOf(() => UnreachableAnswer) declare unreachable: UnreachableAnswer[];
  @Name() declare correlation_id: string;
  @Whole(100, 599) declare status_code: number;
}
