import { EucoraError, type GivenApproval } from '@eucora/sdk';
import { readDossier } from '../evidence/collect.js';
import type { AskedApproval, RunState } from '../fold.js';
import { factsFor } from '../policy/facts.js';
import { isSamePerson } from '../policy/hands.js';
import { judgeAll, quorumOf, reasonsOf } from '../policy/gates.js';
import { usesOf } from '../policy/waivers.js';
import { runErrorOf } from '../run-error.js';
import { happened } from '../run-events.js';
import type { Verdict } from '../run.js';
import type { Step } from './step.js';
import { approvalWrite } from '../policy/approvals.js';

/** Asks every gate. An approval that is there already counts for exactly the evidence and the plan that it was given to. */
export const judge: Step = async ({ parts, ctx, run, intent, catalogue }) => {
  const { state } = run;
  const { order, evidence, plan, risk, agent, emergency } = state;
  const dossier = await readDossier(parts, evidence!);
  const digests = { evidence: evidence!, plan: plan! };
  const changed = state.approval && whyVoid(state.approval, digests, parts.clock.now());
  const approvals = state.approval && !changed ? state.approval.given : [];
  const { facts, waivers } = await factsFor(parts, catalogue, {
    order,
    intent,
    evidence: dossier.items,
    risk: risk!,
    requester: { subject: state.requestedBy, ...(agent && { agent }) },
    ...(emergency && { emergency }),
    digests,
    approvals,
  });
  const verdicts = await judgeAll(parts, ctx, facts);
  const views = usesOf(parts, verdicts, waivers);

  const refusals = [...reasonsOf(verdicts, 'deny'), ...tooFew(verdicts)];
  if (refusals.length > 0) {
    const error = new EucoraError('GATE_DENIED', { what: refusals.join('; ') });
    const refused = happened('RUN_REFUSED', { error: runErrorOf(error, parts.clock.now()) });
    return { events: [happened('GATES_JUDGED', { verdicts }), refused], beside: { writes: [], views } };
  }
  const isApproved = approvals.length > 0 && isEnough(approvals, verdicts);
  const judged = happened('GATES_JUDGED', { verdicts, ...(isApproved && { approved: true as const }) });
  if (!state.approval || isApproved) return { events: [judged], beside: { writes: [], views } };
  const what = changed ?? 'the gates ask for more than was given';
  return {
    events: [happened('APPROVAL_VOIDED', { approvalId: state.approval.id, what }), judged],
    beside: {
      writes: [],
      views: [...views, ...(await approvalWrite(parts, state.approval.id, { status: 'VOID', note: what }))],
    },
  };
};

function whyVoid({ digests, expiresAt }: AskedApproval, now: NonNullable<RunDigests>, at: Date): string | undefined {
  if (digests.evidence !== now.evidence) return 'the evidence has changed since';
  if (digests.plan !== now.plan) return 'the plan has changed since';
  return Date.parse(expiresAt) <= at.getTime() ? 'it has expired' : undefined;
}

type RunDigests = {
  readonly evidence: NonNullable<RunState['evidence']>;
  readonly plan: NonNullable<RunState['plan']>;
};

function isEnough(approvals: readonly GivenApproval[], verdicts: readonly Verdict[]): boolean {
  const { needed, from } = quorumOf(verdicts);
  return approvals.filter(({ by }) => !from || from.some((one) => isSamePerson(one, by))).length >= needed;
}

/** Gates may ask for more people together than each of them would take. Nobody could ever answer that. */
function tooFew(verdicts: readonly Verdict[]): string[] {
  const { needed, from } = quorumOf(verdicts);
  if (!from || from.length >= needed) return [];
  return [`the gates ask for ${needed} approvals, and all of them would take only ${from.join(', ') || 'nobody'}`];
}
