import { path } from '../client.js';
import type { Command } from '../command.js';
import { readFields } from '../files.js';
import { intentText } from '../intents.js';
import type { IntentView } from '../wire.js';

export const intentsCreate: Command = {
  name: 'intents create',
  permission: 'deployment.create',
  summary: 'Say what is wanted: a package, to these scopes, ring by ring',
  notes:
    'The file has the fields of POST /api/deployments/intents/: package_key, planes, rings with a scope for each plane, ' +
    'and optionally purpose, criticality, on_failure, remediate_compliance. Nothing reaches a plane before eucora publish.',
  args: [{ flags: '<file>', text: 'JSON or YAML' }],
  examples: ['eucora intents create esbuild-lab.yaml', 'eucora intents create intent.json --json'],
  async run(session, { args }) {
    const body = await readFields(session.io.cwd, args[0]!);
    const client = await session.client();
    const intent = await client.request<IntentView>({ method: 'POST', path: path`/api/deployments/intents/`, body });
    return {
      document: intent,
      text: async () => `${await intentText(intent)}\n\n-> eucora plan ${intent.id}\n-> eucora publish ${intent.id}`,
    };
  },
};
