import { path } from '../client.js';
import type { Command } from '../command.js';
import { driftTable } from '../drift.js';
import { EXIT } from '../exit-codes.js';
import { text } from '../input.js';
import { count } from '../text.js';
import type { ReconcileView } from '../wire.js';

export const reconcile: Command = {
  name: 'reconcile',
  permission: 'remediation.trigger',
  summary: 'Compare now what is wanted with what is there, and repair where policy allows',
  notes: 'Drift that was found is no error. Exits 1 when a plane could not be asked; the host looks again by itself.',
  options: [{ flags: '--intent <intent>', text: 'only this one (default: all that are active)' }],
  examples: ['eucora reconcile', 'eucora reconcile --intent 0f7c --json'],
  async run(session, input) {
    const client = await session.client();
    session.progress.say('comparing');
    const report = await client.request<ReconcileView>({
      method: 'POST',
      path: path`/api/reconcile/`,
      body: { intent_id: text(input, 'intent') },
    });
    const { intents, orders, drift, unreachable } = report;
    return {
      document: report,
      text: async () =>
        [
          `Looked at ${count(intents, 'intent')}, compared ${count(orders, 'order')}: ${drift.length === 0 ? 'no drift' : `${drift.length} drifted`}.`,
          ...(drift.length > 0 ? ['', await driftTable(drift)] : []),
          ...unreachable.map(
            ({ plane, what }) => `${plane} could not be asked: ${what}\n-> eucora connectors test ${plane}`,
          ),
        ].join('\n'),
      exitCode: unreachable.length > 0 ? EXIT.error : EXIT.ok,
    };
  },
};
