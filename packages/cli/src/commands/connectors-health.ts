import { isEucoraError } from '@eucora/sdk';
import { path, type Client } from '../client.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { listAnswer } from '../lists.js';
import type { ConnectorListView, ConnectorView, HeartbeatView } from '../wire.js';

type Health = Pick<HeartbeatView, 'connector_id' | 'healthy' | 'detail'> & Partial<HeartbeatView>;

export const connectorsHealth: Command = {
  name: 'connectors health',
  permission: 'connector.test',
  summary: 'Ask every enabled connector for its heartbeat; changes nothing',
  notes: 'Exits 1 when one of them is not healthy, so that a pipeline can stop before it deploys.',
  examples: ['eucora connectors health', 'eucora connectors health --json'],
  async run(session) {
    const client = await session.client();
    const { items } = await client.request<ConnectorListView>({ path: path`/api/connectors/` });
    const enabled = items.filter((connector) => connector.enabled);
    session.progress.say('asking the connectors', enabled.map(({ connector_id }) => connector_id).join(', '));
    const beats = await Promise.all(enabled.map((connector) => healthOf(client, connector)));
    const healthy = beats.every((beat) => beat.healthy);
    return {
      ...listAnswer<Health>(
        { items: beats },
        {
          head: ['id', 'healthy', 'ms', 'detail'],
          row: (beat) => [beat.connector_id, beat.healthy ? 'yes' : 'NO', beat.latency_ms, beat.detail],
          empty: 'No connector is enabled.\n-> eucora connectors list',
        },
      ),
      document: { healthy, items: beats },
      exitCode: healthy ? EXIT.ok : EXIT.error,
    };
  },
};

/** Gates and evidence providers speak to nobody. */
const HAVE_HEARTBEAT: ReadonlySet<string> = new Set(['plane', 'connector']);

/** One that cannot be asked is not healthy; the others are asked all the same. */
async function healthOf(client: Client, { connector_id, kind, problem }: ConnectorView): Promise<Health> {
  if (problem) return { connector_id, healthy: false, detail: `${problem.code}: ${problem.what}` };
  if (!HAVE_HEARTBEAT.has(kind)) return { connector_id, healthy: true, detail: 'it is loaded' };
  try {
    const beat = await client.request<HeartbeatView>({ path: path`/api/connectors/${connector_id}/heartbeat/` });
    return { ...beat, connector_id };
  } catch (cause) {
    if (!isEucoraError(cause) || cause.code === 'HOST_UNREACHABLE') throw cause;
    return { connector_id, healthy: false, detail: `${cause.code}: ${cause.message}` };
  }
}
