export { generateCertificate, type GeneratedCertificate } from './certificate.js';
export { contractNames, contractOf } from './contract.js';
export { rollout } from './rollout.js';
export { startIntuneSimulator, type IntuneSimulator, type IntuneSimulatorOptions } from './start.js';
export { guidOf, type IntuneTenant, type SimApp, type SimAssignment } from './state.js';
export type { Quotas } from './throttle.js';
export type { Delays } from './world.js';
