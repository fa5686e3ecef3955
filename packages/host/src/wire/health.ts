import { Flag, Hinted, ListOf, Nested, OneOf, Optional, Text, Whole } from './fields.js';
import { RegistryFault } from './connector.js';

export class AliveAnswer {
  @OneOf(['ok']) declare status: 'ok';
}

export class StorageCheck {
  @Flag() declare healthy: boolean;
  @Optional() @Text() declare detail?: string;
}

export class IdentityCheck {
  @Flag() declare healthy: boolean;
  @Hinted({ description: 'Why nobody can be known for now.' }) @Optional() @Text() declare detail?: string;
}

export class ConnectorCount {
  @Whole(0, 10_000) declare connected: number;
  @Whole(0, 10_000) declare disabled: number;
  @Whole(0, 10_000) declare failed: number;
}

/**
 * 200 when work is taken, 503 when not. Failed connectors, registry faults and an identity provider that does not answer are
 * named and do not stop the host: runs go on.
 */
export class ReadyAnswer {
  @Flag() declare ready: boolean;
  @Flag() declare stopping: boolean;
  @Nested(() => StorageCheck) declare storage: StorageCheck;
  @Hinted({ description: 'With single sign-on only.' })
  @Optional()
  @Nested(() => IdentityCheck)
  declare identity?: IdentityCheck;
  @Nested(() => ConnectorCount) declare connectors: ConnectorCount;
  @ListOf(() => RegistryFault) declare registry_faults: RegistryFault[];
}
