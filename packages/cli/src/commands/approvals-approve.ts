import { decide } from '../approvals.js';
import type { Command } from '../command.js';
import { text } from '../input.js';

export const approvalsApprove: Command = {
  name: 'approvals approve',
  permission: 'approval.approve',
  summary: 'Let a waiting run go on',
  notes:
    'A yes counts for exactly the evidence and the plan that it was asked for; it is void when either changes. The requester, whoever made the ' +
    'package and agents cannot approve: that exits 2.',
  args: [{ flags: '<id>', text: 'the approval, see eucora approvals list' }],
  options: [
    { flags: '--note <note>', text: 'for the audit trail' },
    { flags: '--evidence <digest>', text: 'refuse unless this is the evidence that was looked at' },
    { flags: '--plan <digest>', text: 'refuse unless this is the plan that was looked at' },
  ],
  examples: ['eucora approvals approve 9a41 --note "CAB of 3 March"'],
  run: (session, input) =>
    decide(session, input.args[0]!, 'approve', {
      note: text(input, 'note'),
      evidence_digest: text(input, 'evidence'),
      plan_digest: text(input, 'plan'),
    }),
};
