export type { HostConfig } from './config/host-config.js';
export { loadConfig, type ConfigSources } from './config/load-config.js';
export type { AppendObserver } from './observed-storage.js';
export { integrityOf } from './plugins/integrity.js';
export { startHost, type HostOptions, type RunningHost } from './start-host.js';
export * from './wire/index.js';
