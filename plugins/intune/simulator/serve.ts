import { serveSimulator } from '@eucora/sdk/testing';
import { generateCertificate } from './certificate.js';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startIntuneSimulator } from './start.js';

/** The simulator as a process of its own. `--help` lists its options. */
await serveSimulator({
  simulator: 'intune',
  contractNames,
  checkInMinutes: 480,
  rollout,
  async start({ port, clock, signInClock, fleet, contracts, secret, sooner }) {
    const made = generateCertificate();
    const simulator = await startIntuneSimulator({
      port,
      clock,
      signInClock,
      fleet,
      certificate: made.certificate,
      ...(contracts && { contract: await contractOf(contracts) }),
    });
    const { url, graphUrl, loginUrl, tenantId, clientId } = simulator;
    return {
      simulator,
      config: {
        tenantId,
        clientId,
        certificate: await secret('certificate.pem', made.certificate),
        privateKey: await secret('private-key.pem', made.privateKey),
        graphUrl,
        loginUrl,
        extraHosts: [new URL(url).host],
        filePollMs: sooner(2_000, 200),
        publishPollMs: sooner(5_000, 200),
        reportPollMs: sooner(3_000, 200),
        consistencyMs: sooner(30_000, 2_000),
      },
    };
  },
});
