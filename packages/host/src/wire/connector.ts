import type { ErrorClass, PluginKind } from '@eucora/sdk';
import {
  Flag,
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

const KINDS = ['plane', 'connector', 'gate', 'evidence', 'sink', 'secrets'] as const;
const STATES = ['connected', 'disabled', 'failed'] as const;

/** Registering an id again replaces its registration; the history keeps the older ones. */
export class RegisterBody {
  @Name() declare connector_id: string;
  @Hinted({ description: 'npm package, or a path from the registry file.', example: '@eucora/plugin-sandbox' })
  @Text()
  declare module: string;
  @Hinted({ description: 'Name of the export. Default: `default`.' })
  @Optional()
  @Text(128)
  declare class_name?: string;
  @Hinted({
    description:
      'What the plugin lets an operator set. Secrets are references: `env:NAME`, `file:/path`, or of a registered store.',
  })
  @Optional()
  @Opaque()
  declare config?: Record<string, unknown>;
  @Optional() @Text(64) declare auth_type?: string;
  @Optional() @Texts(0, 100) declare scopes?: string[];
  @Hinted({ description: 'Default: as it was; false for a new one.' }) @Optional() @Flag() declare enabled?: boolean;
}

/** One line of the registry file. */
export class RegistrationAnswer {
  @Name() declare connector_id: string;
  @Text() declare module: string;
  @Optional() @Text(128) declare class_name?: string;
  @Flag() declare enabled: boolean;
  @Optional() @Text(64) declare auth_type?: string;
  @Optional() @Texts() declare scopes?: string[];
  @OneOf(KINDS) declare kind: PluginKind;
  @Text(64) declare version: string;
  @Hinted({ description: "`sha256-` and 64 hex digits over the package's files." }) @Text(80) declare integrity: string;
  @Opaque() declare config: Record<string, unknown>;
  @Instant() declare created_at: string;
  @Instant() declare updated_at: string;
}

export class ConnectorProblem {
  @Text() declare code: string;
  @OneOf(['transient', 'permanent', 'policy_violation']) declare error_class: ErrorClass;
  @Text() declare what: string;
  @Text() declare remedy: string;
}

/** A registration, and how it is doing on this host. */
export class ConnectorAnswer extends RegistrationAnswer {
  @OneOf(STATES) declare state: (typeof STATES)[number];
  @Optional() @Text() declare summary?: string;
  @Optional() @Texts() declare capabilities?: string[];
  @Optional() @Texts() declare platforms?: string[];
  @Hinted({ description: 'Why it is not connected, or what is wrong although it is.' })
  @Optional()
  @Nested(() => ConnectorProblem)
  declare problem?: ConnectorProblem;
}

export class RegistryFault {
  @Hinted({ description: 'Line of the registry file, from 1.' }) @Whole(1, 1_000_000_000) declare line: number;
  @Text() declare code: string;
  @Text() declare what: string;
  @Text() declare remedy: string;
}

export class ConnectorList {
  @ListOf(() => ConnectorAnswer) declare items: ConnectorAnswer[];
  @Hinted({ description: 'Lines of the registry file that are not registrations.' })
  @ListOf(() => RegistryFault)
  declare registry_faults: RegistryFault[];
}

export class RegistrationHistory {
  @Hinted({ description: 'Oldest first; the last one counts.' })
  @ListOf(() => RegistrationAnswer)
  declare items: RegistrationAnswer[];
}

export class HeartbeatAnswer {
  @Name() declare connector_id: string;
  @Flag() declare healthy: boolean;
  @Text() declare detail: string;
  @Hinted({ description: 'Milliseconds.' }) @Quantity(0, 3_600_000) declare latency_ms: number;
  @Instant() declare checked_at: string;
}
