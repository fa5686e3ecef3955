import { fastClock } from '@eucora/sdk/testing';
import { rollout, startAwxSimulator } from '@eucora/plugin-ansible/simulator';
import type { StartFresh } from './plane.js';

const { devices, groups } = rollout(10);

export const start: StartFresh = async (port) => {
  const simulator = await startAwxSimulator({
    port,
    // A simulated host is reached within a second of simulated time; here that is no time.
    clock: fastClock({ speed: 100_000 }),
    fleet: { seed: 1, installMs: 0, devices },
    delays: { start: 0, overhead: 0, cancel: 0, events: 0, processing: 0 },
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
