import { join } from 'node:path';
import { givenFiles } from './given.js';

/** Text of a plugin module, as somebody might write one without our SDK at hand. */
export const pluginText = (
  of: {
    kind?: string;
    name?: string;
    portVersion?: number;
    before?: string;
    create?: string;
    validate?: string;
    exclusive?: string;
  } = {},
): string => `
${of.before ?? ''}
const check = async () => ({ healthy: true, detail: 'here', latencyMs: 1, checkedAt: new Date(0).toISOString() });
const none = async () => ({ done: [], refs: {} });
export const plugin = {
  portVersion: ${of.portVersion ?? 1},
  kind: '${of.kind ?? 'plane'}',
  name: '${of.name ?? 'fixture'}',
  summary: 'A fixture',
  platforms: ['windows'],
  exclusive: ${of.exclusive ?? 'undefined'},
  config: { '~standard': { version: 1, vendor: 'test', validate: ${of.validate ?? '(value) => ({ value })'} } },
  create: ${
    of.create ??
    `(config, options) => ({
    config, options,
    capabilities: new Set(['push']),
    async connect() { if (config.refuse) throw new Error(config.refuse); globalThis.connected = [...(globalThis.connected ?? []), options.id]; },
    async disconnect() { globalThis.connected = (globalThis.connected ?? []).filter((id) => id !== options.id); },
    check: config.sick ? async () => { throw new Error('it is sick'); } : check,
    publishPackage: none, createAssignment: none, remediate: none, rollback: none,
    async queryState() { return { packages: [], assignments: [] }; },
    async *deviceStates() {},
  })`
  },
};
export default plugin;
`;

/** An installed package beside the registry. @returns its folder */
export function givenPlugin(folder: string, name: string, text = pluginText(), manifest: object = {}): string {
  const path = join('node_modules', name);
  givenFiles(folder, {
    [join(path, 'package.json')]: { name, version: '1.2.3', type: 'module', exports: './index.js', ...manifest },
    [join(path, 'index.js')]: text,
  });
  return join(folder, path);
}

/** Ids that the fixtures of this process hold open. */
export const connected = (): readonly string[] => (globalThis as { connected?: string[] }).connected ?? [];
