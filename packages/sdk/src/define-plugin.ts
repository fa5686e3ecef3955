import type { StandardSchema } from './config.js';
import type { Connector } from './connector.js';
import type { EventSink } from './event-sink.js';
import type { EvidenceProvider } from './evidence-provider.js';
import type { ExecutionPlane } from './execution-plane.js';
import type { PolicyGate } from './policy-gate.js';
import type { SecretProvider } from './secret-provider.js';
import type { Platform } from './vocabulary.js';

/** Goes up when a port changes in a way that a plugin must follow. A host loads its own version only. */
export const PORT_VERSION = 1;

export interface PluginKinds {
  plane: ExecutionPlane;
  connector: Connector;
  gate: PolicyGate;
  evidence: EvidenceProvider;
  sink: EventSink;
  secrets: SecretProvider;
}

export type PluginKind = keyof PluginKinds;

export interface PluginDefinition<Kind extends PluginKind = PluginKind, Config = unknown> {
  readonly kind: Kind;
  /** Names the plugin, e.g. `intune`. A registration may give its connector another id. */
  readonly name: string;
  /** One sentence for `connectors list`. */
  readonly summary: string;
  /** What an operator may set. Values that hold secrets are references. */
  readonly config: StandardSchema<Config>;
  /** Platforms that a plane manages. */
  readonly platforms?: readonly Platform[];
  /** Host names (`graph.microsoft.com`, `*.blob.core.windows.net`) that the plugin speaks to, and no others. */
  readonly hosts?: (config: Config) => readonly string[];
  /** Accounts and secret references that no other connector may use, as they stand in the configuration. The host refuses it. */
  readonly exclusive?: (config: Config) => readonly string[];
  /** Builds the instance; opens nothing. */
  readonly create: (config: Config, options: CreateOptions) => PluginKinds[Kind];
}

export interface CreateOptions {
  /** The connector id of the registration. For a plugin of the kind `secrets`: the scheme of the references that it answers, `vault`. */
  readonly id: string;
  /** Resolves `env:` and `file:`. For plugins of the kind `secrets`, whose own credentials must come from somewhere. */
  readonly secrets?: SecretProvider;
}

export interface Plugin<Kind extends PluginKind = PluginKind, Config = unknown> extends PluginDefinition<Kind, Config> {
  readonly portVersion: number;
}

/**
 * What a plugin package exports, by default or under the `class_name` of its registration.
 *
 * @example
 * export default definePlugin({ kind: 'gate', name: 'freeze-window', summary: '…', config, create: (c) => freezeWindow(c) });
 */
export const definePlugin = <Kind extends PluginKind, Config>(
  definition: PluginDefinition<Kind, Config>,
): Plugin<Kind, Config> => ({ ...definition, portVersion: PORT_VERSION });
