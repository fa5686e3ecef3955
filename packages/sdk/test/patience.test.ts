import { heartbeat, isEucoraError, lookFor, until } from '@eucora/sdk';
import { testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('waiting for a plane', () => {
  it('looks until there is something to see', async () => {
    const { ctx, look, looks } = given(3);
    expect(await until(ctx, { everyMs: 1_000, patienceMs: 60_000, waitingFor: 'job 42 to end' }, look)).to.equal(
      'done',
    );
    expect(looks()).to.equal(3);
  });

  it('ends when the time is over, after a last look', async () => {
    const { ctx, look, looks } = given(99);
    expect(await lookFor(ctx, { everyMs: 1_000, patienceMs: 5_000 }, look)).to.equal(undefined);
    expect(looks()).to.equal(6);
    const cause = await until(ctx, { everyMs: 1_000, patienceMs: 5_000, waitingFor: 'job 42 to end' }, look).catch(
      (thrown: unknown) => thrown,
    );
    expect(isEucoraError(cause) && cause.code).to.equal('DEADLINE_EXCEEDED');
    expect((cause as Error).message).to.equal('waited 5 s for job 42 to end');
  });
});

describe('a heartbeat', () => {
  it('is an answer, also when there was none', async () => {
    const ctx = testContext();
    const well = await heartbeat(ctx, async () => {
      await ctx.sleep(20);
      return 'it lets us in';
    });
    expect(well).to.deep.include({ healthy: true, detail: 'it lets us in', latencyMs: 20 });
    const ill = await heartbeat(ctx, async () => {
      throw new Error('nobody is there');
    });
    expect(ill).to.deep.include({ healthy: false, detail: 'nobody is there' });
  });
});

function given(seenAtLook: number) {
  let count = 0;
  const look = async () => ((count += 1) >= seenAtLook ? 'done' : undefined);
  return { ctx: testContext(), look, looks: () => count };
}
