import { startContender } from '../contender.js';
import type { Figure } from '../figure.js';
import { startHost, type Host } from '../grounds/host.js';
import { duel } from '../harness.js';
import { CLIENTS, intake, type Intake } from './accepted.js';

/** Both sides ask the same host; whoever comes second finds it there. */
const hosts = new WeakMap<Intake, Promise<Host>>();

export const e2: Figure = {
  id: 'E2',
  name: 'authentication',
  parts: [
    duel({
      what: `requests a second with an access token that is checked, ${CLIENTS} clients (GET /api/whoami/)`,
      against: 'requests without one (GET /api/auth/)',
      async ground(bench, scope) {
        const ground = await intake(bench, scope);
        const env = { EUCORA_RATE_LIMIT_PER_SECOND: '0' };
        const { databaseUrl } = ground;
        hosts.set(
          ground,
          startHost(scope, { databaseUrl, temporary: bench.temporary, nodeArgs: [], subjects: CLIENTS, env }),
        );
        return ground;
      },
      ours: async (ground) =>
        startContender('asked', { ...(await hosts.get(ground)!), path: '/api/whoami/', clients: CLIENTS }),
      async theirs(ground) {
        const { url } = await hosts.get(ground)!;
        return startContender('asked', { url, path: '/api/auth/', clients: CLIENTS });
      },
    }),
  ],
};
