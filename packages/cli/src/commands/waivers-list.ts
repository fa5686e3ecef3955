import { path } from '../client.js';
import type { Command } from '../command.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { WaiverView } from '../wire.js';

export const waiversList: Command = {
  name: 'waivers list',
  permission: 'exception.read',
  summary: 'List waivers, also those that were never used and those that have expired',
  options: LIST_OPTIONS,
  examples: ['eucora waivers list'],
  async run(session, input) {
    const client = await session.client();
    return listAnswer(await readList<WaiverView>(client, { path: path`/api/waivers/` }, input), {
      head: ['id', 'gate', 'waives', 'package', 'rings', 'until', 'status', 'last used', 'granted by', 'reason'],
      row: ({ id, gate, subjects, package: pkg, rings, expires_at, status, used_at, granted_by, reason }) => [
        ...[id, gate, subjects.join(', '), pkg, rings?.join(', ') ?? 'all', expires_at, status],
        used_at ?? 'never',
        granted_by,
        reason,
      ],
      empty: 'No waivers.\n-> eucora waivers grant --help',
    });
  },
};
