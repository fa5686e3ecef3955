import { definePlugin } from '@eucora/sdk';
import { hostsOf, jamfConfig } from './config.js';
import { jamf } from './plane.js';

export { JamfConfig, jamfConfig } from './config.js';
export { jamf } from './plane.js';

export default definePlugin({
  kind: 'plane',
  name: 'jamf',
  summary: 'Jamf Pro: packages for Macs, brought by one policy per application and ring to computer groups',
  config: jamfConfig,
  platforms: ['macos'],
  hosts: hostsOf,
  create: (config, { id }) => jamf(config, id),
});
