/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Context } from '../../context.js';
import type { GateFacts, PolicyGate } from '../../policy-gate.js';
import { testContext } from '../context.js';
import { deepFrozen } from './deep-frozen.js';

export interface GateUnderTest {
  start():
    | { readonly gate: PolicyGate; readonly ctx?: Context }
    | Promise<{ readonly gate: PolicyGate; readonly ctx?: Context }>;
  /** Facts by what they stand for, e.g. `{ 'a frozen ring': facts }`. Best one for each answer of the gate. */
  readonly facts: Readonly<Record<string, GateFacts>>;
}

/** What it takes to be a policy gate. */
export function describeGate(name: string, given: GateUnderTest): void {
  describe(`${name} is a policy gate`, () => {
    it('has a name', async () => {
      const { gate } = await given.start();
      assert.match(gate.name, /^[a-z0-9][a-z0-9-]*$/);
    });

    for (const [situation, facts] of Object.entries(given.facts)) {
      it(`says yes, no or ask, and why, to ${situation}`, async () => {
        const { gate, ctx = testContext() } = await given.start();
        const answer = await gate.evaluate(ctx, facts);
        assert.ok(['allow', 'deny', 'needs_approval'].includes(answer.decision), `"${answer.decision}" is no decision`);
        assert.ok(answer.decision === 'allow' || answer.reasons.length > 0, `"${answer.decision}" needs a reason`);
        for (const reason of answer.reasons) assert.match(reason, /\S/, 'a reason must say something');
      });

      it(`gives the same answer to the same facts: ${situation}`, async () => {
        const { gate, ctx = testContext() } = await given.start();
        const another = await given.start();
        const first = await gate.evaluate(ctx, facts);
        assert.deepEqual(await gate.evaluate(ctx, structuredClone(facts)), first);
        assert.deepEqual(await another.gate.evaluate(another.ctx ?? testContext(), facts), first);
      });

      it(`leaves the facts as they are: ${situation}`, async () => {
        const { gate, ctx = testContext() } = await given.start();
        await assert.doesNotReject(gate.evaluate(ctx, deepFrozen(structuredClone(facts))));
      });
    }
  });
}
