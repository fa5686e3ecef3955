import { fastClock, isMovable, realClock, virtualClock, VIRTUAL_START } from '@eucora/sdk/testing';
import { expect } from 'chai';

describe('a virtual clock', () => {
  it('stands still until it is advanced', () => {
    const clock = virtualClock();
    expect(clock.now().toISOString()).to.equal(VIRTUAL_START);
    void clock.advance(1_500);
    expect(clock.now().getTime()).to.equal(Date.parse(VIRTUAL_START) + 1_500);
  });

  it('wakes sleepers in the order of their time, and tells each its own', async () => {
    const clock = virtualClock('2026-01-01T00:00:00.000Z');
    const woken: string[] = [];
    const sleeper = (name: string, ms: number) =>
      clock.sleep(ms).then(() => woken.push(`${name} ${clock.now().toISOString().slice(17, 19)}`));
    void sleeper('late', 30_000);
    void sleeper('early', 10_000);
    void sleeper('never', 90_000);
    expect(clock.pendingSleeps).to.equal(3);

    await clock.advance(60_000);
    expect(woken).to.deep.equal(['early 10', 'late 30']);
    expect(clock.pendingSleeps).to.equal(1);
  });

  it('lets who sleeps again sleep again within one advance', async () => {
    const clock = virtualClock();
    let looks = 0;
    void (async () => {
      for (; looks < 5; looks++) await clock.sleep(1_000);
    })();
    await clock.advance(10_000);
    expect(looks).to.equal(5);
  });

  it('passes the time by itself when told to', async () => {
    const clock = virtualClock({ start: '2026-01-01T00:00:00.000Z', autoAdvance: true });
    await clock.sleep(60_000);
    expect(clock.now().toISOString()).to.equal('2026-01-01T00:01:00.000Z');
  });

  it('stops sleeping when the signal ends', async () => {
    const clock = virtualClock();
    const ending = new AbortController();
    const slept = clock.sleep(1_000, ending.signal).catch((cause: Error) => cause.message);
    ending.abort(new Error('enough'));
    expect(await slept).to.equal('enough');
    expect(clock.pendingSleeps).to.equal(0);
    expect(await clock.sleep(1, ending.signal).catch((cause: Error) => cause.message)).to.equal('enough');
  });
});

describe('a fast clock', () => {
  it('runs ahead of real time from where it was told to start', async () => {
    const clock = fastClock({ speed: 3_600_000, start: '2026-01-01T00:00:00.000Z' });
    await clock.sleep(3_600_000);
    expect(clock.now().getTime()).to.be.at.least(Date.parse('2026-01-01T01:00:00.000Z'));
  });

  it('can be pushed on, which wakes whose time has come', async () => {
    const clock = fastClock({ speed: 1 });
    const slept = clock.sleep(3_600_000);
    expect(clock.pendingSleeps).to.equal(1);
    await clock.advance(3_600_000);
    await slept;
    expect(clock.pendingSleeps).to.equal(0);
  });

  it('stops sleeping when the signal ends', async () => {
    const ending = new AbortController();
    const slept = fastClock({ speed: 1 })
      .sleep(3_600_000, ending.signal)
      .catch((cause: Error) => cause.message);
    ending.abort(new Error('enough'));
    expect(await slept).to.equal('enough');
  });
});

describe('the real clock', () => {
  it('sleeps, and stops when the signal ends', async () => {
    await realClock.sleep(1);
    const ending = new AbortController();
    const slept = realClock.sleep(3_600_000, ending.signal).catch((cause: Error) => cause.message);
    ending.abort(new Error('enough'));
    expect(await slept).to.equal('enough');
    expect(await realClock.sleep(1, ending.signal).catch((cause: Error) => cause.message)).to.equal('enough');
    expect(isMovable(realClock)).to.equal(false);
    expect(Math.abs(realClock.now().getTime() - Date.now())).to.be.lessThan(60_000);
  });
});
