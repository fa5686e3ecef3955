import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import type { IncidentView } from '../wire.js';

export const incidentsReport: Command = {
  name: 'incidents report',
  permission: 'remediation.trigger',
  summary: 'Report a security incident about an application: the promotion gate lets no later ring begin',
  notes: 'What is under way goes on; eucora halt stops it.',
  args: [{ flags: '<application>', text: 'its name, without a version' }],
  options: [{ flags: '--what <what>', text: 'what was seen', required: true }],
  examples: ['eucora incidents report esbuild --what "beacons to an unknown address"'],
  async run(session, input) {
    const client = await session.client();
    const body = { package_name: input.args[0]!, what: text(input, 'what') };
    const incident = await client.request<IncidentView>({ method: 'POST', path: path`/api/incidents/`, body });
    return { document: incident, text: () => `Reported ${incident.id} about ${incident.package_name}` };
  },
};
