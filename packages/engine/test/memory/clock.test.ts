import { expect } from 'chai';
import { realClock } from '@eucora/engine';

describe('the real clock', () => {
  it('tells the time of the machine', () => {
    expect(realClock.now()).to.be.instanceOf(Date);
  });

  it('wakes up', async () => {
    await realClock.sleep(1);
    await realClock.sleep(1, new AbortController().signal);
  });

  it('stops sleeping, with the reason of the signal, when the signal ends', async () => {
    const reason = new Error('we are closing');
    const stop = new AbortController();
    const sleeping = realClock.sleep(1e9, stop.signal);
    stop.abort(reason);
    expect(await sleeping.catch((cause: unknown) => cause)).to.equal(reason);
    expect(await realClock.sleep(1e9, stop.signal).catch((cause: unknown) => cause)).to.equal(reason);
  });
});
