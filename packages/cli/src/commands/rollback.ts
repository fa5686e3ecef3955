import { path } from '../client.js';
import type { Command } from '../command.js';
import { flag, text } from '../input.js';
import { ask, follow, WAIT_OPTIONS } from '../rollouts.js';
import type { RolloutView } from '../wire.js';

export const rollback: Command = {
  name: 'rollback',
  permission: 'package.publish',
  summary: 'Take a publish back, under its own correlation id',
  notes:
    'Each plane goes back to the version it had, or the package is taken off. Asking again shows the rollback that there is and ' +
    'exits 0. With --wait it exits 1 when the rollback failed.',
  args: [{ flags: '<correlation-id>', text: 'of the publish, see eucora intents show' }],
  options: [{ flags: '--reason <reason>', text: 'why, for the audit trail', required: true }, ...WAIT_OPTIONS],
  examples: ['eucora rollback change-4711 --reason "crashes on start, INC-311" --wait'],
  async run(session, input) {
    const client = await session.client();
    const correlationId = input.args[0]!;
    const published = await client.request<RolloutView>({ path: path`/api/runs/${correlationId}/` });
    const asked = await ask(client, correlationId, {
      path: path`/api/deployments/intents/${published.intent_id}/rollback/`,
      body: { reason: text(input, 'reason') },
    });
    return follow(session, asked, { wait: flag(input, 'wait'), kind: 'rollback' });
  },
};
