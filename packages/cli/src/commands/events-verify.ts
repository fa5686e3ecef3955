import { EucoraError } from '@eucora/sdk';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { count } from '../text.js';
import type { VerificationView } from '../wire.js';

export const eventsVerify: Command = {
  name: 'events verify',
  permission: 'audit.read',
  summary: 'Recompute the hash chain of the audit trail',
  notes: 'Exits 1 with CHAIN_BROKEN when an event was changed, removed or moved.',
  examples: ['eucora events verify', 'eucora events verify --json'],
  async run(session) {
    const client = await session.client();
    session.progress.say('verifying the chain');
    const verification = await client.request<VerificationView>({ path: path`/api/events/verify/` });
    const { events, head, broken } = verification;
    if (broken) {
      throw new EucoraError('CHAIN_BROKEN', {
        what: `the audit chain does not verify at event ${broken.position}: ${broken.reason}`,
        details: { broken },
      });
    }
    return { document: verification, text: () => `${count(events, 'event')}, the chain is intact, head ${head}` };
  },
};
