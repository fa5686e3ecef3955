import { serveSimulator } from '@eucora/sdk/testing';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startSccmSimulator } from './start.js';

const SHARE = '\\\\files.contoso.example\\eucora';
/** A proof lives for ten hours; it is made anew well before. */
const RENEW_MS = 3_600_000;

/** The simulator as a process of its own, with a folder that stands for the content share. `--help` lists its options. */
await serveSimulator({
  simulator: 'sccm',
  contractNames,
  checkInMinutes: 480,
  rollout,
  async start({ port, clock, signInClock, fleet, contracts, secret, folder, sooner }) {
    const contentFolder = await folder('content');
    const simulator = await startSccmSimulator({
      port,
      clock,
      signInClock,
      fleet,
      content: { share: SHARE, folder: contentFolder },
      ...(contracts && { contract: await contractOf(contracts) }),
    });
    const proof = () => secret('negotiate', simulator.issueProof());
    setInterval(() => void proof(), RENEW_MS).unref();
    return {
      simulator,
      config: {
        adminServiceUrl: simulator.adminServiceUrl,
        siteCode: simulator.siteCode,
        negotiate: { kind: 'token', token: await proof() },
        authoring: {
          kind: 'https',
          url: simulator.authoringUrl,
          token: await secret('authoring-token', simulator.authoringToken),
        },
        contentShare: SHARE,
        contentFolder,
        distributionPointGroups: [simulator.pointGroups[0]!.name],
        contentPollMs: sooner(15_000),
        collectionPollMs: sooner(5_000),
        consistencyMs: sooner(10_000),
      },
    };
  },
});
