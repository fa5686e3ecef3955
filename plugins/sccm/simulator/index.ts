export { contractNames, contractOf } from './contract.js';
export { rollout } from './rollout.js';
export { startSccmSimulator, type SccmSimulator, type SccmSimulatorOptions } from './start.js';
export type { SccmSite, SimApplication, SimAssignment, SimCollection } from './state.js';
export type { Delays, Refusal, SccmDevice, SimPointGroup } from './world.js';
