import { path } from '../client.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import type { HeartbeatView } from '../wire.js';

export const connectorsTest: Command = {
  name: 'connectors test',
  permission: 'connector.test',
  summary: 'Ask one connector for its heartbeat; changes nothing',
  notes: 'Exits 1 when it is not healthy.',
  args: [{ flags: '<id>', text: 'the connector, see eucora connectors list' }],
  examples: ['eucora connectors test intune'],
  async run(session, { args }) {
    const client = await session.client();
    session.progress.say(`asking ${args[0]!}`);
    const beat = await client.request<HeartbeatView>({ path: path`/api/connectors/${args[0]!}/heartbeat/` });
    return {
      document: beat,
      text: () => `${args[0]!} is ${beat.healthy ? 'healthy' : 'NOT healthy'}: ${beat.detail} (${beat.latency_ms} ms)`,
      exitCode: beat.healthy ? EXIT.ok : EXIT.error,
    };
  },
};
