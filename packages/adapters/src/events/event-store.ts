import type { EventStore } from '@eucora/engine';
import type { Database } from '../database/database.js';
import { EVENT_COLUMNS, readHead, toEvent, type EventRow } from './rows.js';
import type { EventWriter } from './writer.js';

const STREAM = {
  name: 'read-stream',
  text: `select ${EVENT_COLUMNS} from events where stream = $1 and version > $2 order by version`,
};

/** Filters that are not asked for are not in the text, so that each has the plan that suits it. */
const readAllStatement = (byCorrelation: boolean, byType: boolean) => ({
  name: `read-all${byCorrelation ? '-correlation' : ''}${byType ? '-type' : ''}`,
  text: `select ${EVENT_COLUMNS} from events where position > $1
    and ${byCorrelation ? 'correlation_id = $3' : '$3::text is null'}
    and ${byType ? 'event_type = any($4)' : '$4::text[] is null'} order by position limit $2`,
});

export const eventStore = (database: Database, writer: EventWriter): EventStore => ({
  append: (request) => writer.append(request),

  async readStream(stream, after = 0) {
    return (await database.query<EventRow>(STREAM, [stream, after])).map(toEvent);
  },

  async readAll({ after = 0, limit = 1_000, correlationId, types }) {
    const statement = readAllStatement(correlationId !== undefined, types !== undefined);
    const rows = await database.query<EventRow>(statement, [after, limit, correlationId ?? null, types ?? null]);
    return rows.map(toEvent);
  },

  head: () => readHead(database.query),
});
