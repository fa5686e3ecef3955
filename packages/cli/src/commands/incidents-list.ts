import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { IncidentView } from '../wire.js';

export const incidentsList: Command = {
  name: 'incidents list',
  permission: 'remediation.read',
  summary: 'List security incidents',
  options: [{ flags: '--status <status>', text: 'OPEN or CLOSED' }, ...LIST_OPTIONS],
  examples: ['eucora incidents list --status OPEN'],
  async run(session, input) {
    const client = await session.client();
    const request = { path: path`/api/incidents/`, query: { status: text(input, 'status') } };
    return listAnswer(await readList<IncidentView>(client, request, input), {
      head: ['id', 'application', 'status', 'reported by', 'reported at', 'what', 'note'],
      row: ({ id, package_name, status, reported_by, reported_at, what, note }) => [
        ...[id, package_name, status, reported_by, reported_at, what, note],
      ],
      empty: 'No incidents.',
    });
  },
};
