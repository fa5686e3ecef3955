import { definePlugin } from '@eucora/sdk';
import { hostsOf, vaultConfig } from './config.js';
import { vaultSecrets } from './provider.js';

export { AppRoleConfig, KubernetesConfig, VaultConfig } from './config.js';
export { vaultSecrets } from './provider.js';

export default definePlugin({
  kind: 'secrets',
  name: 'vault',
  summary: 'Secrets from a KV version 2 store of HashiCorp Vault or OpenBao',
  config: vaultConfig,
  hosts: hostsOf,
  create: (config, options) => vaultSecrets(config, options),
});
