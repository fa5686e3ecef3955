import { decide } from '../approvals.js';
import type { Command } from '../command.js';
import { text } from '../input.js';

export const approvalsApprove: Command = {
  name: 'approvals approve',
  summary: 'Let a waiting run go on',
  notes: 'The requester cannot approve: that exits 2.',
  args: [{ flags: '<id>', text: 'the approval, see eucora approvals list' }],
  options: [{ flags: '--note <note>', text: 'for the audit trail' }],
  examples: ['eucora approvals approve 9a41 --note "CAB of 3 March"'],
  run: (session, input) => decide(session, input.args[0]!, 'approve', { note: text(input, 'note') }),
};
