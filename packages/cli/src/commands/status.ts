import { path } from '../client.js';
import type { Command } from '../command.js';
import { flag } from '../input.js';
import { follow } from '../rollouts.js';
import type { RolloutView } from '../wire.js';

export const status: Command = {
  name: 'status',
  permission: 'deployment.read',
  summary: 'Show what became of a publish, and of its rollback if there is one',
  notes:
    'With --watch it waits until the latest of the two has ended, and exits 1 or 3 as eucora publish --wait does; ' +
    'without, it exits 0 whatever the answer is.',
  args: [{ flags: '<correlation-id>', text: 'as eucora publish printed it' }],
  options: [{ flags: '--watch', text: 'wait for the end; Ctrl-C stops waiting, not the work' }],
  examples: ['eucora status change-4711', 'eucora status change-4711 --watch'],
  async run(session, input) {
    const client = await session.client();
    const rollout = await client.request<RolloutView>({ path: path`/api/runs/${input.args[0]!}/` });
    return follow(session, { rollout, again: false }, { wait: flag(input, 'watch'), kind: 'latest' });
  },
};
