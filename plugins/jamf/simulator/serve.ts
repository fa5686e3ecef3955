import { serveSimulator } from '@eucora/sdk/testing';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startJamfSimulator } from './start.js';

/** The simulator as a process of its own. `--help` lists its options. */
await serveSimulator({
  simulator: 'jamf',
  contractNames,
  checkInMinutes: 15,
  rollout,
  async start({ port, clock, signInClock, fleet, contracts, secret, sooner }) {
    const simulator = await startJamfSimulator({
      port,
      clock,
      signInClock,
      fleet,
      ...(contracts && { contract: await contractOf(contracts) }),
    });
    return {
      simulator,
      config: {
        url: simulator.url,
        clientId: simulator.clientId,
        clientSecret: await secret('client-secret', simulator.clientSecret),
        packagePollMs: sooner(5_000),
        consistencyMs: sooner(60_000, 1_000),
      },
    };
  },
});
