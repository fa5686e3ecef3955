import { randomUUID } from 'node:crypto';
import { ASKING_OPTIONS, askingOf } from '../asking.js';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { flag, text } from '../input.js';
import { ask, follow, WAIT_OPTIONS } from '../rollouts.js';

export const promote: Command = {
  name: 'promote',
  permission: 'package.publish',
  summary: 'Roll an intent out to the ring after the last one that settled',
  notes: 'Exits 3 when the gates of the ring before are not met. Otherwise as eucora publish.',
  args: [{ flags: '<intent>', text: 'the intent, see eucora intents list' }],
  options: [
    { flags: '--correlation-id <id>', text: 'the idempotency key (default: a new one)' },
    ...ASKING_OPTIONS,
    ...WAIT_OPTIONS,
  ],
  examples: ['eucora promote 0f7c', 'eucora promote 0f7c --wait --json'],
  async run(session, input) {
    const asked = await ask(await session.client(), text(input, 'correlationId') ?? randomUUID(), {
      path: path`/api/deployments/intents/${input.args[0]!}/promote/`,
      body: askingOf(input),
    });
    return follow(session, asked, { wait: flag(input, 'wait'), kind: 'publish' });
  },
};
