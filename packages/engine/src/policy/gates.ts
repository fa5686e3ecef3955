import {
  reasonOf,
  type Context,
  type Decision,
  type GateAnswer,
  type GateFacts,
  type PolicyGate,
  type Quorum,
} from '@eucora/sdk';
import type { Parts } from '../parts.js';
import type { Verdict } from '../run.js';
import { APPROVAL_ABOVE } from './risk.js';

/** Asks every gate, even after one has refused: the requester deserves all the reasons at once. */
export async function judgeAll(parts: Parts, ctx: Context, facts: GateFacts): Promise<Verdict[]> {
  const answers = await Promise.all(parts.gates().map((gate) => ask(parts, gate, ctx, facts)));
  return [riskLimit(facts), ...answers];
}

/** SPEC section 3: above 50, a person must approve. A floor under the gates: no configuration takes it away. */
const riskLimit = ({ risk }: GateFacts): Verdict => ({
  gate: 'risk-limit',
  ...(risk.score > APPROVAL_ABOVE
    ? { decision: 'needs_approval', reasons: [`the risk score is ${risk.score}, above ${APPROVAL_ABOVE}`] }
    : { decision: 'allow', reasons: [] }),
});

/** A gate that cannot answer has answered no. */
async function ask(parts: Parts, gate: PolicyGate, ctx: Context, facts: GateFacts): Promise<Verdict> {
  const { gateTimeoutMs } = parts.settings;
  const given = new AbortController();
  try {
    const answer = await Promise.race([
      gate.evaluate(ctx, facts),
      parts.clock.sleep(gateTimeoutMs, given.signal).then((): GateAnswer => {
        throw new Error(`no answer within ${gateTimeoutMs / 1_000} s`);
      }),
    ]);
    return verdictOf(gate.name, answer);
  } catch (cause) {
    return { gate: gate.name, decision: 'deny', reasons: [`could not answer: ${reasonOf(cause)}`] };
  } finally {
    given.abort();
  }
}

function verdictOf(gate: string, { decision, reasons, approval, waived }: GateAnswer): Verdict {
  if (!STRICTNESS.includes(decision)) throw new Error(`${JSON.stringify(decision)} is no decision`);
  return {
    gate,
    decision,
    reasons,
    ...(decision === 'needs_approval' && approval && { approval }),
    ...(waived && waived.length > 0 && { waived }),
  };
}

const STRICTNESS: readonly Decision[] = ['allow', 'needs_approval', 'deny'];

export const strictest = (decisions: readonly Decision[]): Decision =>
  STRICTNESS[Math.max(0, ...decisions.map((decision) => STRICTNESS.indexOf(decision)))]!;

/** `freeze-window: lab is frozen until Monday`, one line a reason. */
export const reasonsOf = (verdicts: readonly Verdict[], decision: Decision): string[] =>
  verdicts
    .filter((verdict) => verdict.decision === decision)
    .flatMap(({ gate, reasons }) =>
      (reasons.length > 0 ? reasons : ['gives no reason']).map((reason) => `${gate}: ${reason}`),
    );

const VALID_HOURS = 72;

/** What all gates that ask for approval are content with together: the most people, the shortest time, only those whom each would take. */
export function quorumOf(verdicts: readonly Verdict[]): Required<Pick<Quorum, 'needed' | 'validHours'>> & Quorum {
  const asked = verdicts.flatMap(({ approval }) => approval ?? []);
  const lists = asked.flatMap(({ from }) => (from ? [from] : []));
  const from = lists[0]?.filter((subject) => lists.every((list) => list.includes(subject)));
  return {
    needed: Math.max(1, ...asked.map(({ needed }) => needed)),
    validHours: Math.min(VALID_HOURS, ...asked.flatMap(({ validHours }) => validHours ?? [])),
    ...(from && { from }),
  };
}
