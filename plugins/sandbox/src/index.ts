import 'reflect-metadata';
import { definePlugin } from '@eucora/sdk';
import { sandboxSchema } from './config.js';
import { sandboxOf } from './plane.js';

export type { SandboxConfig, SandboxSettings } from './config.js';
export { INSTALL_FAILED } from './fleet.js';
export { sandbox, sandboxOf, type Sandbox, type SandboxOptions } from './plane.js';
export type { SandboxRecords } from './resources.js';
export { createTrouble, type OrderedTrouble, type Trouble } from './trouble.js';

export default definePlugin({
  kind: 'plane',
  name: 'sandbox',
  summary: 'A plane in memory with a fleet that is computed, for trying and testing',
  config: sandboxSchema(),
  platforms: ['windows', 'macos', 'linux', 'ios', 'android'],
  hosts: () => [],
  create: sandboxOf,
});
