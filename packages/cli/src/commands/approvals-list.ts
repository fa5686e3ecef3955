import { path } from '../client.js';
import type { Command } from '../command.js';
import { text } from '../input.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { ApprovalView } from '../wire.js';

export const approvalsList: Command = {
  name: 'approvals list',
  permission: 'approval.read',
  summary: 'List what waits for a person, or was decided',
  options: [{ flags: '--status <status>', text: 'WAITING, APPROVED, REJECTED, EXPIRED or VOID' }, ...LIST_OPTIONS],
  examples: ['eucora approvals list --status WAITING'],
  async run(session, input) {
    const client = await session.client();
    const request = { path: path`/api/approvals/`, query: { status: text(input, 'status') } };
    return listAnswer(await readList<ApprovalView>(client, request, input), {
      head: ['id', 'package', 'plane', 'ring', 'risk', 'requested by', 'status', 'yes', 'until', 'reasons'],
      row: ({ id, package_key, plane, ring, risk_score, requested_by, status, given, needed, expires_at, reasons }) => [
        ...[id, package_key, plane, ring, risk_score, requested_by, status],
        `${given.length} of ${needed}`,
        expires_at,
        reasons.join('; '),
      ],
      empty: 'Nothing of the kind. An approval appears when a gate asks for one.\n-> eucora intents list',
    });
  },
};
