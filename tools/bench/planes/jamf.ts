import { rollout, startJamfSimulator } from '@eucora/plugin-jamf/simulator';
import { atOnce } from './at-once.js';
import type { StartFresh } from './plane.js';

const { devices, groups } = rollout(10);

export const start: StartFresh = async (port) => {
  const simulator = await startJamfSimulator({
    port,
    fleet: { ...atOnce, devices },
    delays: { refresh: 0, processing: 0, looking: 0 },
  });
  const { url, clientId, clientSecret } = simulator;
  const config = { url, clientId, clientSecret: 'env:SECRET', packagePollMs: 1, consistencyMs: 0 };
  return {
    facts: { id: 'jamf', url, config, secrets: { 'env:SECRET': clientSecret }, target: groups.lab! },
    close: () => simulator.close(),
  };
};
