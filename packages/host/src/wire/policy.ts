import { Hinted, Instant, ListOf, Name, OneOf, Optional, Text, Texts, Whole } from './fields.js';

const WAIVER_STATUSES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
const INCIDENT_STATUSES = ['OPEN', 'CLOSED'] as const;

/** Permission to pass over something that a gate would refuse. */
export class WaiverBody {
  @Hinted({ description: 'Name of the gate.', example: 'vulnerabilities' }) @Name() declare gate: string;
  @Hinted({ description: 'What is waived, in the words of the gate.', example: ['CVE-2026-12345'] })
  @Texts(1, 100)
  declare subjects: string[];
  @Hinted({ description: '`esbuild`, or one version of it: `esbuild@0.25.1`.' }) @Text(260) declare package: string;
  @Hinted({ description: 'Default: all rings.' }) @Optional() @Texts(1, 5) declare rings?: string[];
  @Text(2_000) declare reason: string;
  @Hinted({ description: 'Within a year.' }) @Instant() declare expires_at: string;
}

export class WaiverAnswer extends WaiverBody {
  @Name() declare id: string;
  @Text() declare granted_by: string;
  @Instant() declare granted_at: string;
  @OneOf(WAIVER_STATUSES) declare status: (typeof WAIVER_STATUSES)[number];
  @Hinted({ description: 'When it last let something pass; absent: never.' })
  @Optional()
  @Instant()
  declare used_at?: string;
  @Optional() @Text() declare revoked_by?: string;
}

export class WaiverPage {
  @ListOf(() => WaiverAnswer) declare items: WaiverAnswer[];
  @Optional() @Text() declare next?: string;
}

export class RevokeBody {
  @Text(2_000) declare reason: string;
}

/** A security incident about an application. */
export class IncidentBody {
  @Hinted({ description: 'Name of the application, without a version.' }) @Text(128) declare package_name: string;
  @Text(2_000) declare what: string;
}

export class IncidentAnswer extends IncidentBody {
  @Name() declare id: string;
  @Text() declare reported_by: string;
  @Instant() declare reported_at: string;
  @OneOf(INCIDENT_STATUSES) declare status: (typeof INCIDENT_STATUSES)[number];
  @Optional() @Text() declare closed_by?: string;
  @Optional() @Text(2_000) declare note?: string;
}

export class IncidentPage {
  @ListOf(() => IncidentAnswer) declare items: IncidentAnswer[];
  @Optional() @Text() declare next?: string;
}

export class IncidentQuery {
  @Optional() @Text() declare after?: string;
  @Optional() @Whole(1, 1_000) declare limit?: number;
  @Optional() @OneOf(INCIDENT_STATUSES) declare status?: (typeof INCIDENT_STATUSES)[number];
}

export class CloseBody {
  @Text(2_000) declare note: string;
}

export class KeysAnswer {
  @Hinted({ description: 'PEM. The first signs now; the others did before.' })
  @Texts(1, 100)
  declare public_keys: string[];
}
