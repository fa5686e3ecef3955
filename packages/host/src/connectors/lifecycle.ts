import type { Container } from 'inversify';
import {
  EucoraError,
  isEucoraError,
  reasonOf,
  toEucoraError,
  type Connector,
  type Context,
  type Plugin,
  type PluginKinds,
  type SecretProvider,
} from '@eucora/sdk';
import { configFor, loadPlugin, USABLE } from '../plugins/load-plugin.js';
import { PLUGIN, pluginContainer } from '../plugins/plugin-container.js';
import type { Registration } from '../registry/registration.js';
import { refuseShared, type Neighbour } from './exclusive.js';
import { inTime } from './patience.js';
import { refuseOtherSchemes } from './secret-stores.js';

/** A plugin that runs in this host. */
export interface Running {
  readonly registration: Registration;
  readonly plugin: Plugin;
  readonly container: Container;
  readonly instance: PluginKinds[keyof PluginKinds];
}

/** A context for the host's own calls to a plugin. @param ms milliseconds until its signal ends */
export type Occasion = (connectorId: string, ms: number) => Context;

const CONNECT_MS = 15_000;
const DISCONNECT_MS = 5_000;

/** Loads, configures, builds and connects. Leaves nothing behind when one of them fails. @throws EucoraError */
export async function bringUp(
  registration: Registration,
  registryFile: string,
  neighbours: readonly Neighbour[],
  occasion: Occasion,
  secrets?: SecretProvider,
): Promise<Running> {
  const { plugin } = await loadPlugin(registration, registryFile);
  const running = await build(registration, plugin, neighbours, secrets);
  if (isConnector(running)) await connect(running.instance as Connector, registration.connector_id, occasion);
  return running;
}

/**
 * Builds and opens nothing: what a registration is tried with.
 *
 * @param secrets where a secret provider finds its own credentials; no other plugin gets to see it
 * @throws EucoraError
 */
export async function build(
  registration: Registration,
  plugin: Plugin,
  neighbours: readonly Neighbour[],
  secrets?: SecretProvider,
): Promise<Running> {
  refuseOtherKinds(registration, plugin);
  refuseOtherSchemes(registration);
  const config = await configFor(plugin, registration.config);
  refuseShared(registration, plugin, config, neighbours);
  const options = { id: registration.connector_id, ...(plugin.kind === 'secrets' && secrets && { secrets }) };
  const container = pluginContainer(plugin, config, options);
  try {
    return { registration, plugin, container, instance: container.get(PLUGIN.instance) };
  } catch (cause) {
    if (isEucoraError(cause)) throw cause;
    const what = `${plugin.name} failed while it was built: ${reasonOf(cause)}`;
    throw new EucoraError('PLUGIN_LOAD_FAILED', { what, cause });
  }
}

export const isConnector = ({ plugin }: Pick<Running, 'plugin'>): boolean =>
  plugin.kind === 'plane' || plugin.kind === 'connector';

/** Never fails: there is nobody left who could do something about it. */
export async function bringDown(running: Running, occasion: Occasion): Promise<void> {
  const id = running.registration.connector_id;
  if (isConnector(running)) {
    const ctx = occasion(id, DISCONNECT_MS);
    await inTime(() => (running.instance as Connector).disconnect(ctx), ctx.signal).catch((cause: unknown) =>
      ctx.log.warn({ connector_id: id, reason: reasonOf(cause) }, 'did not disconnect cleanly'),
    );
  }
  running.container.unbindAll();
}

async function connect(connector: Connector, id: string, occasion: Occasion): Promise<void> {
  const ctx = occasion(id, CONNECT_MS);
  try {
    await inTime(() => connector.connect(ctx), ctx.signal);
  } catch (cause) {
    await inTime(() => connector.disconnect(ctx), occasion(id, DISCONNECT_MS).signal).catch(() => undefined);
    if (!ctx.signal.aborted) throw isEucoraError(cause) ? cause : couldNotConnect(id, cause);
    throw new EucoraError('DEADLINE_EXCEEDED', { what: `${id} did not connect within ${CONNECT_MS} ms`, cause });
  }
}

const couldNotConnect = (id: string, cause: unknown) =>
  new EucoraError('PLANE_UNREACHABLE', { what: `${id} could not connect: ${toEucoraError(cause).message}`, cause });

function refuseOtherKinds({ connector_id, kind }: Registration, plugin: Plugin): void {
  if (plugin.kind !== kind) {
    const what = `${connector_id} is registered as ${kind}, and ${plugin.name} is a ${plugin.kind}`;
    throw new EucoraError('PLUGIN_LOAD_FAILED', { what, remedy: 'Register it again.' });
  }
  if (USABLE.has(kind)) return;
  throw new EucoraError('PLUGIN_LOAD_FAILED', {
    what: `${plugin.name} is a plugin of the kind ${kind}, which this version of the host does not run`,
    remedy: `Use plugins of the kinds ${[...USABLE].join(', ')}.`,
  });
}
