export { contractNames, contractOf } from './contract.js';
export { makeDeb, type DebOptions } from './deb.js';
export { rollout } from './rollout.js';
export { startLandscapeSimulator, type LandscapeSimulator, type LandscapeSimulatorOptions } from './start.js';
export type { LandscapeAccount, SimLocal, SimPocket, SimProfile } from './state.js';
export { serveFolder, type WebServer } from './web-server.js';
export type { Delays } from './world.js';
