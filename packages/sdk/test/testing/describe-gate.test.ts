import { allow, deny, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { describeGate, givenFacts } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { runSuite } from './run-suite.js';

describeGate('a gate that keeps Fridays free', { start: () => ({ gate: fridays }), facts: given() });

describe('the conformance suite of gates', () => {
  it('catches a refusal without a reason', () =>
    caught({ ...fridays, evaluate: async () => ({ decision: 'deny', reasons: [] }) }, 'says yes, no or ask'));

  it('catches an answer that is none', () =>
    caught(
      { ...fridays, evaluate: async () => ({ decision: 'perhaps' as 'deny', reasons: ['who knows'] }) },
      'says yes, no or ask',
    ));

  it('catches another answer to the same facts', () => {
    let asked = 0;
    return caught({ ...fridays, evaluate: async () => deny(`the ${++asked}th time`) }, 'gives the same answer');
  });

  it('catches a hand in the facts', () =>
    caught(
      {
        ...fridays,
        async evaluate(_ctx, facts) {
          (facts.order as { ring: string }).ring = 'global';
          return allow();
        },
      },
      'leaves the facts as they are',
    ));

  it('catches a name that nobody can type', () => caught({ ...fridays, name: 'My Gate!' }, 'has a name'));
});

const fridays: PolicyGate = {
  name: 'no-fridays',
  evaluate: async (_ctx, { now }) => (now.getUTCDay() === 5 ? deny('it is Friday') : allow()),
};

function given(): Readonly<Record<string, GateFacts>> {
  const on = (day: string): GateFacts => givenFacts({ now: new Date(`${day}T12:00:00.000Z`) });
  return { 'a Thursday': on('2026-01-08'), 'a Friday': on('2026-01-09') };
}

async function caught(gate: PolicyGate, by: string): Promise<void> {
  const { failures } = await runSuite(() => describeGate('a mutant', { start: () => ({ gate }), facts: given() }));
  expect(failures.join('\n')).to.include(by);
}
