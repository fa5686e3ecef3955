import { path } from '../client.js';
import type { Command } from '../command.js';
import { connectorText } from '../connectors.js';
import type { ConnectorView } from '../wire.js';

export const connectorsDisable: Command = {
  name: 'connectors disable',
  permission: 'connector.write',
  summary: 'Let go of a connector; nothing on its plane changes',
  args: [{ flags: '<id>', text: 'the connector, see eucora connectors list' }],
  examples: ['eucora connectors disable intune'],
  async run(session, { args }) {
    const client = await session.client();
    const connector = await client.request<ConnectorView>({
      method: 'POST',
      path: path`/api/connectors/${args[0]!}/disable/`,
    });
    return { document: connector, text: () => connectorText(connector) };
  },
};
