import { fastClock } from '@eucora/sdk/testing';
import { rollout, startAwxSimulator } from '@eucora/plugin-ansible/simulator';
import type { StartFresh } from './plane.js';

const { devices, groups } = rollout(10);

export const start: StartFresh = async (port) => {
  const simulator = await startAwxSimulator({
    port,
    // A simulated job takes five seconds, for its hosts must be reached; here these are 5 ms.
    clock: fastClock({ speed: 1_000 }),
    fleet: { seed: 1, installMs: 0, devices },
    delays: { start: 0, overhead: 4_000, cancel: 0, events: 0, processing: 0 },
  });
  const { url, apiPrefix, token, inventory, installTemplate, repositoryTemplate } = simulator;
  const config = {
    url,
    apiPrefix,
    token: 'env:TOKEN',
    inventory,
    installTemplate,
    repositoryTemplate,
    artifactUrl: 'https://artifacts.example.test/{sha256}/{file_name}',
    pollMs: 1,
    consistencyMs: 0,
  };
  return {
    facts: { id: 'ansible', url, config, secrets: { 'env:TOKEN': token }, target: groups.lab! },
    close: () => simulator.close(),
  };
};
