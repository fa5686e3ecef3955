import {
  describeIssue,
  describePath,
  EucoraError,
  isEucoraError,
  PORT_VERSION,
  reasonOf,
  type Plugin,
  type PluginKind,
} from '@eucora/sdk';
import { integrityOf } from './integrity.js';
import { locate } from './locate.js';

export interface PluginSource {
  readonly module: string;
  readonly class_name?: string;
  /** Absent while it is being registered: then whatever is found is what is recorded. */
  readonly integrity?: string;
}

export interface LoadedPlugin {
  readonly plugin: Plugin;
  readonly version: string;
  readonly integrity: string;
}

/** What this process has loaded, and what its files were then: Node keeps a module as it was first read. */
const loaded = new Map<string, string>();

/**
 * Loads a plugin by name, after its files have been found to be those that were registered.
 *
 * @throws EucoraError `PLUGIN_LOAD_FAILED`, `PLUGIN_INTEGRITY`, `PLUGIN_PORT_VERSION`
 */
export async function loadPlugin(source: PluginSource, registryFile: string): Promise<LoadedPlugin> {
  const { entry, root, version } = locate(source.module, registryFile);
  const integrity = await integrityOf(root);
  if (source.integrity !== undefined && source.integrity !== integrity) throw changed(source, integrity);
  if ((loaded.get(entry) ?? integrity) !== integrity) throw stale(source);

  const exported = await importFrom(entry, source.module);
  loaded.set(entry, integrity);
  const plugin = exported[source.class_name ?? 'default'];
  refuseOtherThings(plugin, source);
  return { plugin, version, integrity };
}

async function importFrom(entry: string, module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(entry)) as Record<string, unknown>;
  } catch (cause) {
    throw new EucoraError('PLUGIN_LOAD_FAILED', {
      what: `${module} failed while it was loaded: ${reasonOf(cause)}`,
      cause,
    });
  }
}

function refuseOtherThings(value: unknown, { module, class_name }: PluginSource): asserts value is Plugin {
  const plugin = value as Partial<Plugin> | null | undefined;
  const complete = plugin && typeof plugin.create === 'function' && plugin.kind && plugin.config?.['~standard'];
  if (!complete) {
    const what = `${module} exports no plugin as ${class_name ?? 'default'}`;
    throw new EucoraError('PLUGIN_LOAD_FAILED', { what, remedy: 'Export what definePlugin returns.' });
  }
  if (plugin.portVersion !== PORT_VERSION) {
    const what = `${module} is for version ${plugin.portVersion} of the ports, this host has ${PORT_VERSION}`;
    throw new EucoraError('PLUGIN_PORT_VERSION', {
      what,
      details: { module, found: plugin.portVersion, wanted: PORT_VERSION },
    });
  }
}

/** The configuration as the plugin reads it. @throws EucoraError `CONFIG_INVALID` with each path */
export async function configFor(plugin: Plugin, config: unknown): Promise<unknown> {
  const result = await validated(plugin, config);
  if (!result.issues) return result.value;
  const fields = result.issues.map(({ message, path = [] }) => ({ message, path: ['config', ...path] }));
  throw new EucoraError('CONFIG_INVALID', {
    what: fields.map(describeIssue).join('; '),
    details: { fields: fields.map(({ path, message }) => ({ path: describePath(path), message })) },
  });
}

async function validated(plugin: Plugin, config: unknown) {
  try {
    return await plugin.config['~standard'].validate(config);
  } catch (cause) {
    if (isEucoraError(cause)) throw cause;
    const what = `${plugin.name} failed while it checked its configuration: ${reasonOf(cause)}`;
    throw new EucoraError('PLUGIN_LOAD_FAILED', { what, cause });
  }
}

export const USABLE: ReadonlySet<PluginKind> = new Set(['plane', 'connector', 'gate', 'evidence', 'secrets']);

const changed = ({ module, integrity }: PluginSource, found: string) =>
  new EucoraError('PLUGIN_INTEGRITY', {
    what: `the files of ${module} are not those that were registered`,
    details: { module, registered: integrity, found },
  });

const stale = ({ module }: PluginSource) =>
  new EucoraError('PLUGIN_LOAD_FAILED', {
    what: `this host has already loaded ${module} as it was before its files changed`,
    remedy: 'Start the host again; it then loads the new files.',
  });
