import { definePlugin } from '@eucora/sdk';
import { hostsOf, landscapeConfig } from './config.js';
import { landscape } from './plane.js';

export { LandscapeConfig, landscapeConfig } from './config.js';
export { landscape } from './plane.js';

export default definePlugin({
  kind: 'plane',
  name: 'landscape',
  summary: 'Canonical Landscape: Debian packages for Ubuntu machines, pinned by package profiles and tags',
  config: landscapeConfig,
  platforms: ['linux'],
  hosts: hostsOf,
  create: (config, { id }) => landscape(config, id),
});
