import { describePlanFidelity } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { runSuite } from './run-suite.js';
import type { Flaws } from './shelf/plane.js';
import { givenShelf } from './shelf/under-test.js';

describePlanFidelity('the shelf', givenShelf(0));

describe('the fidelity suite', () => {
  it('has nothing against a plane that announces what it does', async () => {
    expect((await resultFor({})).failures).to.deep.equal([]);
  });

  it('catches a plane that does more than it announced, and says where', async () => {
    const { failures } = await resultFor({ wasteful: true });
    expect(failures.join()).to.match(/scenario \d+ of seed 5: .*2\.0\.0 .*: sent is not what was announced/);
  });

  it('catches a plane that writes while it plans', async () => {
    const { failures } = await resultFor({ meddling: true });
    expect(failures).to.have.length(1);
  });

  it('is not content with plans that have nothing to do', async () => {
    const idle = async () => [];
    const nothing = async () => ({ done: [], refs: {} });
    const lazy = { plan: idle, planRollback: idle, publishPackage: nothing, remediate: nothing, rollback: nothing };
    const { failures } = await resultFor({}, lazy);
    expect(failures.join()).to.contain('only 0 of 20 plans had anything to do');
  });
});

const resultFor = (flaws: Flaws, verbs: object = {}) => {
  const given = givenShelf(0, flaws);
  const start = async () => {
    const started = await given.start();
    return { ...started, plane: { ...started.plane, ...verbs } };
  };
  return runSuite(() => describePlanFidelity('the shelf', { ...given, start, scenarios: 20, seed: 5 }));
};
