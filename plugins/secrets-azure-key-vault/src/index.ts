import { definePlugin } from '@eucora/sdk';
import { hostsOf, keyVaultConfig } from './config.js';
import { keyVaultSecrets } from './provider.js';

export { ClientSecretConfig, KeyVaultConfig, ManagedIdentityConfig, WorkloadIdentityConfig } from './config.js';
export { keyVaultSecrets } from './provider.js';

export default definePlugin({
  kind: 'secrets',
  name: 'azure-key-vault',
  summary: 'Secrets from Azure Key Vault',
  config: keyVaultConfig,
  hosts: hostsOf,
  create: (config, options) => keyVaultSecrets(config, options),
});
