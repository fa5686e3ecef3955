import { definePlugin } from '@eucora/sdk';
import { hostsOf, intuneConfig } from './config.js';
import { intune } from './plane.js';

export { IntuneConfig, intuneConfig } from './config.js';
export { intune } from './plane.js';

export default definePlugin({
  kind: 'plane',
  name: 'intune',
  summary: 'Microsoft Intune: Win32 apps for Windows devices, assigned to Entra ID groups',
  config: intuneConfig,
  platforms: ['windows'],
  hosts: hostsOf,
  create: (config, { id }) => intune(config, id),
});
