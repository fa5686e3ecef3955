import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import { rolloutText } from '../rollouts.js';
import type { RolloutView } from '../wire.js';

export const halt: Command = {
  name: 'halt',
  permission: 'package.publish',
  summary: 'Stop what has not ended of an intent; what is on the planes stays there',
  args: [{ flags: '<intent>', text: 'the intent, see eucora intents list' }],
  options: [{ flags: '--reason <reason>', text: 'why, for the audit trail', required: true }],
  examples: ['eucora halt 0f7c --reason "crashes on start, INC-311"'],
  async run(session, input) {
    const client = await session.client();
    const halted = await client.request<{ readonly items: readonly RolloutView[] }>({
      method: 'POST',
      path: path`/api/deployments/intents/${input.args[0]!}/halt/`,
      body: { reason: text(input, 'reason') },
    });
    return {
      document: halted,
      text: async () => {
        const rollouts = await Promise.all(halted.items.map(rolloutText));
        const back = halted.items.map(({ correlation_id }) => `-> eucora rollback ${correlation_id} --reason …`);
        return [...rollouts, back.join('\n')].join('\n\n');
      },
    };
  },
};
