import { definePlugin } from '@eucora/sdk';
import { ansibleConfig, hostsOf } from './config.js';
import { ansible } from './plane.js';

export { AnsibleConfig, ansibleConfig } from './config.js';
export { ansible, type CanTellOfJobs } from './plane.js';
export type { JobLine } from './telemetry.js';

export default definePlugin({
  kind: 'plane',
  name: 'ansible',
  summary: 'Ansible AWX and Automation Controller: Linux packages for the hosts of an inventory, by job templates',
  config: ansibleConfig,
  platforms: ['linux'],
  hosts: hostsOf,
  create: (config, { id }) => ansible(config, id),
});
