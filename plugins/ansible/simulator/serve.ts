import { randomUUID } from 'node:crypto';
import { realClock, serveSimulator } from '@eucora/sdk/testing';
import { contractNames } from './contract.js';
import { rollout } from './rollout.js';
import { startAwxSimulator } from './start.js';

const INSTALL_MS = 120_000;
/** Nobody fetches from there: simulated hosts have no need to. */
const ARTIFACT_URL = 'https://artifacts.example.test/{sha256}/{file_name}';

/** The simulator as a process of its own. `--help` lists its options. A check-in has no meaning here: AWX goes to the hosts. */
await serveSimulator({
  simulator: 'ansible',
  contractNames,
  checkInMinutes: 0,
  options: { runner: 'fleet, or ansible-playbook to really run the playbooks, in real time (fleet)' },
  rollout,
  async start({ port, clock, fleet: { seed, devices, failureRate }, contracts, option, secret, sooner }) {
    const runner = option('runner') === 'ansible-playbook' ? 'ansible-playbook' : 'fleet';
    const simulator = await startAwxSimulator({
      port,
      clock: runner === 'ansible-playbook' ? realClock : clock,
      fleet: { seed, devices, failureRate, installMs: INSTALL_MS },
      token: randomUUID(),
      runner,
      ...(contracts && { contract: contracts }),
    });
    const { url, apiPrefix, token, inventory, installTemplate, repositoryTemplate } = simulator;
    return {
      simulator,
      config: {
        url,
        apiPrefix,
        token: await secret('awx-token', token),
        inventory,
        installTemplate,
        repositoryTemplate,
        artifactUrl: ARTIFACT_URL,
        pollMs: sooner(2_000, 100),
      },
    };
  },
});
