import { reasonOf, type Context, type Decision, type GateAnswer, type GateFacts, type PolicyGate } from '@eucora/sdk';
import type { Parts } from './parts.js';
import { APPROVAL_ABOVE } from './risk.js';
import type { Verdict } from './run.js';

/** Asks every gate, even after one has refused: the requester deserves all the reasons at once. */
export async function judgeAll(parts: Parts, ctx: Context, facts: GateFacts): Promise<Verdict[]> {
  const answers = await Promise.all(parts.gates().map((gate) => ask(parts, gate, ctx, facts)));
  return [riskVerdict(facts), ...answers];
}

/** SPEC section 3: above 50, a person must approve. */
const riskVerdict = ({ risk }: GateFacts): Verdict => ({
  gate: 'risk',
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
    return { gate: gate.name, decision: answer.decision, reasons: answer.reasons };
  } catch (cause) {
    return { gate: gate.name, decision: 'deny', reasons: [`could not answer: ${reasonOf(cause)}`] };
  } finally {
    given.abort();
  }
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
