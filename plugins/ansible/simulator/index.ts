export { contractNames, contractOf } from './contract.js';
export { rollout } from './rollout.js';
export type { PlaybookRunnerOptions } from './playbook-runner.js';
export { REPOSITORY_HOST, startAwxSimulator, type AwxSimulator, type AwxSimulatorOptions } from './start.js';
export type { AwxInstance, Prompt, SimGroup, SimHost, SimJob, SimTemplate } from './state.js';
export { installedVersion } from './truth.js';
export type { Delays } from './world.js';
