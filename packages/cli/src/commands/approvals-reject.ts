import { decide } from '../approvals.js';
import type { Command } from '../command.js';
import { text } from '../input.js';

export const approvalsReject: Command = {
  name: 'approvals reject',
  permission: 'approval.reject',
  summary: 'Refuse a waiting run',
  args: [{ flags: '<id>', text: 'the approval, see eucora approvals list' }],
  options: [{ flags: '--note <note>', text: 'why, for the requester and the audit trail', required: true }],
  examples: ['eucora approvals reject 9a41 --note "no rollback was tested"'],
  run: (session, input) => decide(session, input.args[0]!, 'reject', { note: text(input, 'note') }),
};
