import { path } from '../client.js';
import type { Command } from '../command.js';
import { connectorText } from '../connectors.js';
import type { ConnectorView } from '../wire.js';

export const connectorsEnable: Command = {
  name: 'connectors enable',
  permission: 'connector.write',
  summary: 'Let the host connect to a connector and use it',
  args: [{ flags: '<id>', text: 'the connector, see eucora connectors list' }],
  examples: ['eucora connectors enable intune'],
  async run(session, { args }) {
    const client = await session.client();
    const connector = await client.request<ConnectorView>({
      method: 'POST',
      path: path`/api/connectors/${args[0]!}/enable/`,
    });
    return { document: connector, text: () => connectorText(connector) };
  },
};
