import { resolve } from 'node:path';
import { serveSimulator } from '@eucora/sdk/testing';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startLandscapeSimulator } from './start.js';
import { serveFolder } from './web-server.js';

/** The simulator as a process of its own, with a web server for the artifacts beside it. `--help` lists its options. */
await serveSimulator({
  simulator: 'landscape',
  contractNames,
  checkInMinutes: 15,
  options: {
    'server-version': 'of Landscape: 25.10 and before for pockets (26.04.1)',
    artifacts: 'folder that artifacts are written to and served from (one among the credentials)',
  },
  rollout,
  async start({ port, clock, signInClock, fleet, contracts, option, secret, folder, sooner }) {
    const version = option('server-version');
    const simulator = await startLandscapeSimulator({
      port,
      clock,
      signInClock,
      fleet,
      ...(version !== undefined && { version }),
      ...(contracts && { contract: await contractOf(contracts) }),
    });
    const given = option('artifacts');
    const artifactFolder = given === undefined ? await folder('artifacts') : resolve(given);
    const web = await serveFolder(artifactFolder);
    return {
      simulator,
      config: {
        url: simulator.url,
        accessKey: await secret('access-key', simulator.accessKey),
        secretKey: await secret('secret-key', simulator.secretKey),
        ...(simulator.archive
          ? { repository: { publications: simulator.publications, artifactFolder, artifactBaseUrl: web.url } }
          : { pockets: simulator.pockets }),
        operationPollMs: sooner(2_000),
      },
      close: () => web.close(),
    };
  },
});
