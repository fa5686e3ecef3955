import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import type { WaiverView } from '../wire.js';

export const waiversRevoke: Command = {
  name: 'waivers revoke',
  permission: 'exception.approve',
  summary: 'End a waiver before its time',
  args: [{ flags: '<id>', text: 'the waiver, see eucora waivers list' }],
  options: [{ flags: '--reason <reason>', text: 'why, for the audit trail', required: true }],
  examples: ['eucora waivers revoke 9a41 --reason "fixed in 0.25.2"'],
  async run(session, input) {
    const client = await session.client();
    const request = { method: 'POST', path: path`/api/waivers/${input.args[0]!}/revoke/` } as const;
    const waiver = await client.request<WaiverView>({ ...request, body: { reason: text(input, 'reason') } });
    return { document: waiver, text: () => `${waiver.status}: ${waiver.id}` };
  },
};
