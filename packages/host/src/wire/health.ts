import { Flag, ListOf, Nested, OneOf, Optional, Text, Whole } from './fields.js';
import { RegistryFault } from './connector.js';

export class AliveAnswer {
  @OneOf(['ok']) declare status: 'ok';
}

export class StorageCheck {
  @Flag() declare healthy: boolean;
  @Optional() @Text() declare detail?: string;
}

export class ConnectorCount {
  @Whole(0, 10_000) declare connected: number;
  @Whole(0, 10_000) declare disabled: number;
  @Whole(0, 10_000) declare failed: number;
}

/** 200 when work is taken, 503 when not. Failed connectors and registry faults are named and do not stop the host. */
export class ReadyAnswer {
  @Flag() declare ready: boolean;
  @Flag() declare stopping: boolean;
  @Nested(() => StorageCheck) declare storage: StorageCheck;
  @Nested(() => ConnectorCount) declare connectors: ConnectorCount;
  @ListOf(() => RegistryFault) declare registry_faults: RegistryFault[];
}
