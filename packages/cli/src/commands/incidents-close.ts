import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import type { IncidentView } from '../wire.js';

export const incidentsClose: Command = {
  name: 'incidents close',
  permission: 'remediation.trigger',
  summary: 'Close a security incident',
  args: [{ flags: '<id>', text: 'the incident, see eucora incidents list' }],
  options: [{ flags: '--note <note>', text: 'what came of it', required: true }],
  examples: ['eucora incidents close 9a41 --note "a false alarm: the update service"'],
  async run(session, input) {
    const client = await session.client();
    const request = { method: 'POST', path: path`/api/incidents/${input.args[0]!}/close/` } as const;
    const incident = await client.request<IncidentView>({ ...request, body: { note: text(input, 'note') } });
    return { document: incident, text: () => `${incident.status}: ${incident.id} about ${incident.package_name}` };
  },
};
