import { isEucoraError } from '@eucora/sdk';
import { testContext, virtualClock } from '@eucora/sdk/testing';
import { createTrouble, sandbox, type SandboxSettings } from '@eucora/plugin-sandbox';
import { expect } from 'chai';

describe('what the sandbox is told to suffer', () => {
  it('takes its time on the clock of the hub, and answers then', async () => {
    const clock = virtualClock();
    const ctx = testContext({ clock });
    const plane = sandbox({ latencyMs: 1_500 });
    await plane.connect(ctx);

    let answered = false;
    const heartbeat = plane.check(ctx).finally(() => (answered = true));
    await clock.advance(1_499);
    expect(answered).to.equal(false);
    await clock.advance(1);
    expect((await heartbeat).latencyMs).to.equal(1_500);
  });

  it('stops waiting for a caller who leaves', async () => {
    const leaving = new AbortController();
    const ctx = testContext({ clock: virtualClock(), signal: leaving.signal });
    const plane = sandbox({ latencyMs: 1_500 });
    await plane.connect(ctx);
    const listed = plane.list(ctx, { kind: 'items' });
    leaving.abort();
    expect(await codeOf(listed)).to.equal('AbortError');
    expect(await codeOf(plane.list(ctx, { kind: 'items' }))).to.equal('AbortError');
  });

  it('fails as often as its rate says, with errors that pass', async () => {
    const outcomes = await outcomesOf({ errorRate: 0.3, seed: 11 });
    const failures = outcomes.filter((code) => code === 'PLANE_ERROR');
    expect(failures.length).to.be.within(45, 75);
    expect(new Set(outcomes)).to.deep.equal(new Set(['done', 'PLANE_ERROR']));
  });

  it('fails in the same places for the same seed', async () => {
    const first = await outcomesOf({ errorRate: 0.3, seed: 11 });
    expect(await outcomesOf({ errorRate: 0.3, seed: 11 })).to.deep.equal(first);
    expect(await outcomesOf({ errorRate: 0.3, seed: 12 })).to.not.deep.equal(first);
  });

  it('fails for a tenant whatever the other tenants do', async () => {
    const alone = await outcomesOf({ errorRate: 0.3 });
    const inCompany = await outcomesOf({ errorRate: 0.3 }, { beside: 'tenant-2' });
    expect(inCompany).to.deep.equal(alone);
  });

  it('never fails at a rate of 0, and always at 1', async () => {
    expect(new Set(await outcomesOf({ errorRate: 0 }))).to.deep.equal(new Set(['done']));
    expect(new Set(await outcomesOf({ errorRate: 1 }))).to.deep.equal(new Set(['PLANE_ERROR']));
  });

  it('answers a heartbeat in bad times', async () => {
    const ctx = testContext();
    const plane = sandbox({ errorRate: 1 });
    await plane.connect(ctx);
    expect(await plane.check(ctx)).to.include({
      healthy: false,
      detail: 'sandbox failed, as its errorRate of 1 wants',
    });
    await plane.disconnect(ctx);
    expect(await codeOf(plane.check(ctx))).to.equal('NOT_CONNECTED');
  });

  it('meets the trouble that a test orders, in that order', async () => {
    const ctx = testContext();
    const trouble = createTrouble();
    const plane = sandbox({}, { trouble });
    await plane.connect(ctx);
    trouble.order({ code: 'PLANE_UNREACHABLE', on: 'write', afterwards: true });
    trouble.order({ code: 'PLANE_THROTTLED', times: 2, skip: 1, retryAfterMs: 5_000 });

    const write = () => plane.create(ctx, { kind: 'items', fields: { id: 'one' } });
    const read = () => plane.get(ctx, { kind: 'items', id: 'one' });
    expect(await codeOf(read())).to.equal('RESOURCE_NOT_FOUND');
    expect(await codeOf(write())).to.equal('PLANE_UNREACHABLE');
    const throttled = await causeOf(read());
    expect(throttled).to.include({ code: 'PLANE_THROTTLED', retryAfterMs: 5_000, errorClass: 'transient' });
    expect(await codeOf(read())).to.equal('PLANE_THROTTLED');
    expect(await read()).to.deep.equal({ id: 'one' }, 'the write was done although its answer was lost');

    trouble.order({ code: 'PLANE_ERROR', times: Infinity });
    trouble.clear();
    expect(await read()).to.deep.equal({ id: 'one' });
  });
});

async function outcomesOf(settings: SandboxSettings, { beside }: { beside?: string } = {}): Promise<string[]> {
  const ctx = testContext();
  const plane = sandbox(settings);
  await plane.connect(ctx);
  const outcomes: string[] = [];
  for (let n = 0; n < 200; n++) {
    if (beside) await codeOf(plane.list({ ...ctx, tenantId: beside }, { kind: 'items' }));
    outcomes.push(await codeOf(plane.list(ctx, { kind: 'items' })));
  }
  return outcomes;
}

const causeOf = (outcome: Promise<unknown>): Promise<unknown> =>
  outcome.then(
    () => undefined,
    (cause: unknown) => cause,
  );

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  const cause = await causeOf(outcome);
  if (cause === undefined) return 'done';
  return isEucoraError(cause) ? cause.code : (cause as Error).name;
}
