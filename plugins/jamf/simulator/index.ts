export { contractNames, contractOf } from './contract.js';
export { rollout } from './rollout.js';
export type { LogEntry, Runs } from './runs.js';
export { startJamfSimulator, type JamfSimulator, type JamfSimulatorOptions } from './start.js';
export { latest, put, type JamfState, type SimGroup, type SimPackage, type SimPolicy } from './state.js';
export type { Delays } from './world.js';
