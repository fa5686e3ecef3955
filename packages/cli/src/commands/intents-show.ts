import { path } from '../client.js';
import type { Command } from '../command.js';
import { intentText } from '../intents.js';
import type { IntentView } from '../wire.js';

export const intentsShow: Command = {
  name: 'intents show',
  permission: 'deployment.read',
  summary: 'Show one intent: its rings, scopes and rollouts',
  args: [{ flags: '<id>', text: 'the intent, see eucora intents list' }],
  examples: ['eucora intents show 0f7c'],
  async run(session, { args }) {
    const client = await session.client();
    const intent = await client.request<IntentView>({ path: path`/api/deployments/intents/${args[0]!}/` });
    return { document: intent, text: () => intentText(intent) };
  },
};
