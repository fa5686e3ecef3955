import { randomUUID } from 'node:crypto';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { flag, ring, text, texts } from '../input.js';
import { ask, follow, WAIT_OPTIONS } from '../rollouts.js';

export const publish: Command = {
  name: 'publish',
  summary: 'Roll an intent out to one ring',
  notes:
    'Asking is instant; the host does the work. Asking twice with one correlation id is asking once: the second time ' +
    'shows what came of the first, notes that it was done already, and exits 0. With --wait it exits 1 when the rollout ' +
    'failed, was halted or was taken back, and 3 when it was refused.',
  args: [{ flags: '<intent>', text: 'the intent, see eucora intents list' }],
  options: [
    { flags: '--ring <ring>', text: 'name or number (default: the first ring of the intent)' },
    { flags: '--plane <plane>', text: 'only these planes (default: all of the intent)', repeated: true },
    { flags: '--correlation-id <id>', text: 'the idempotency key (default: a new one)' },
    ...WAIT_OPTIONS,
  ],
  examples: [
    'eucora publish 0f7c --ring lab --wait',
    'eucora publish 0f7c --ring 1 --plane intune --correlation-id change-4711',
  ],
  async run(session, input) {
    const asked = await ask(await session.client(), text(input, 'correlationId') ?? randomUUID(), {
      path: path`/api/deployments/intents/${input.args[0]!}/publish/`,
      body: { ring: ring(input), planes: texts(input, 'plane') },
    });
    return follow(session, asked, { wait: flag(input, 'wait'), kind: 'publish' });
  },
};
