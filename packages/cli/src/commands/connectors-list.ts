import { path } from '../client.js';
import type { Command } from '../command.js';
import { listAnswer } from '../lists.js';
import type { ConnectorListView } from '../wire.js';

export const connectorsList: Command = {
  name: 'connectors list',
  permission: 'connector.read',
  summary: 'List the registered connectors and how each is doing',
  examples: ['eucora connectors list', 'eucora connectors list --json'],
  async run(session) {
    const client = await session.client();
    const list = await client.request<ConnectorListView>({ path: path`/api/connectors/` });
    const { text } = listAnswer(list, {
      head: ['id', 'kind', 'module', 'version', 'state', 'note'],
      row: ({ connector_id, kind, module, version, state, problem, summary }) => [
        ...[connector_id, kind, module, version, state],
        problem ? `${problem.code}: ${problem.what}` : summary,
      ],
      empty:
        'No connector is registered.\n-> eucora connectors register sandbox --module @eucora/plugin-sandbox --enable',
    });
    const faults = (list.registry_faults ?? []).map(
      ({ line, code, what }) => `registry line ${line}: ${code}: ${what}`,
    );
    return { document: list, text: async () => [await text!(), ...faults].join('\n') };
  },
};
