import { definePlugin } from '@eucora/sdk';
import { agentConfig } from './config.js';
import { agent } from './gate.js';

export type { Agent, AgentConfig, Limits, R2Config } from './config.js';
export { agent } from './gate.js';
export type { Day, Hours } from './hours.js';

export default definePlugin({
  kind: 'gate',
  name: 'agent',
  summary: 'What an agent may do by itself, and what waits for a person',
  config: agentConfig,
  create: (config) => agent(config),
});
