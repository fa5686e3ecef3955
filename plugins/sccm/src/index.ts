import { definePlugin } from '@eucora/sdk';
import { exclusiveSecrets, hostsOf, sccmConfig } from './config.js';
import { sccm } from './plane.js';

export { exclusiveSecrets, SccmConfig, sccmConfig } from './config.js';
export { sccm } from './plane.js';

export default definePlugin({
  kind: 'plane',
  name: 'sccm',
  summary: 'Microsoft Configuration Manager (SCCM): applications for Windows devices, deployed to collections',
  config: sccmConfig,
  platforms: ['windows'],
  hosts: hostsOf,
  exclusive: exclusiveSecrets,
  create: (config, { id }) => sccm(config, id),
});
