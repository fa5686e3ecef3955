import { definePlugin } from '@eucora/sdk';
import { opaConfig } from './config.js';
import { opaGate } from './gate.js';

export { OpaConfig } from './config.js';
export { opaGate } from './gate.js';

export default definePlugin({
  kind: 'gate',
  name: 'opa',
  summary: 'Asks a policy written in Rego and compiled to WebAssembly',
  config: opaConfig,
  create: (config, { id }) => opaGate(id, config),
});
