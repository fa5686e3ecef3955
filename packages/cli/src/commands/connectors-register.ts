import { path } from '../client.js';
import type { Command } from '../command.js';
import { fieldsOf } from '../files.js';
import { flag, text, texts } from '../input.js';
import { connectorText } from '../connectors.js';
import type { ConnectorView } from '../wire.js';

export const connectorsRegister: Command = {
  name: 'connectors register',
  permission: 'connector.write',
  summary: 'Register a connector, or give a registered one a new version or configuration',
  notes:
    'The host loads the module by name and records the hash of its files; changed files are refused until they are ' +
    'registered again. Secrets in the configuration are references: env:NAME, file:/path, or one of a registered secret store.',
  args: [{ flags: '<id>', text: 'the name by which intents will call it' }],
  options: [
    { flags: '--module <module>', text: 'npm package, or a path from the registry file', required: true },
    { flags: '--export <name>', text: 'which export of the module (default: its default export)' },
    { flags: '--config <config>', text: 'configuration: a file (JSON or YAML), or JSON itself' },
    { flags: '--auth-type <type>', text: 'how it signs in, for the record' },
    { flags: '--scope <scope>', text: 'what its credential may do, for the record', repeated: true },
    { flags: '--enable', text: 'enable it at once' },
  ],
  examples: [
    'eucora connectors register sandbox --module @eucora/plugin-sandbox --enable',
    'eucora connectors register intune --module @eucora/plugin-intune --config intune.yaml --auth-type certificate',
  ],
  async run(session, input) {
    const client = await session.client();
    const config = text(input, 'config');
    const connector = await client.request<ConnectorView>({
      method: 'POST',
      path: path`/api/connectors/`,
      body: {
        connector_id: input.args[0],
        module: text(input, 'module'),
        class_name: text(input, 'export'),
        config: config === undefined ? undefined : await fieldsOf(session.io.cwd, config),
        auth_type: text(input, 'authType'),
        scopes: texts(input, 'scope'),
        enabled: flag(input, 'enable') ? true : undefined,
      },
    });
    return { document: connector, text: () => connectorText(connector) };
  },
};
