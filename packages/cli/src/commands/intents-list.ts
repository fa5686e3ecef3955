import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { IntentView } from '../wire.js';

export const intentsList: Command = {
  name: 'intents list',
  permission: 'deployment.read',
  summary: 'List the intents and how far each has come',
  options: [
    { flags: '--state <state>', text: 'PENDING, IN_PROGRESS, COMPLETED, HALTED, ROLLED_BACK or FAILED' },
    ...LIST_OPTIONS,
  ],
  examples: ['eucora intents list', 'eucora intents list --state IN_PROGRESS'],
  async run(session, input) {
    const client = await session.client();
    const request = { path: path`/api/deployments/intents/`, query: { state: text(input, 'state') } };
    return listAnswer(await readList<IntentView>(client, request, input), {
      head: ['id', 'package', 'planes', 'rings', 'state', 'requested by', 'created at'],
      row: ({ id, package_key, planes, rings, state, requested_by, created_at }) => [
        ...[id, package_key, planes.join(', '), rings.map(({ ring }) => ring).join(', ')],
        ...[state, requested_by, created_at],
      ],
      empty: 'There are no intents to show.\n-> eucora intents create --help',
    });
  },
};
