import { describePlane } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { runSuite } from './run-suite.js';
import type { Flaws } from './shelf/plane.js';
import { givenShelf } from './shelf/under-test.js';

const LAG = 2_000;

describe('the conformance suite of planes', () => {
  it('has nothing against a plane that keeps every promise', async () => {
    const { passes, failures } = await resultFor({});
    expect(failures).to.deep.equal([]);
    expect(passes.length).to.be.greaterThan(35);
  });

  it('skips what a plane does not declare, and says so', async () => {
    const { failures, skipped } = await resultFor({ capabilities: ['push'] });
    expect(failures).to.deep.equal([]);
    expect(skipped).to.include('goes back to the previous version, once');
    expect(skipped).to.include('tells of every device once');
  });

  const mutants: readonly (readonly [what: string, flaws: Flaws, caughtBy: string])[] = [
    ['never looks', { blind: true }, 'publishes twice and leaves one'],
    ['does not wait until its writes are shown', { hasty: true }, 'finds its own write when the answer was lost'],
    ['leaves the older version assigned', { hoarding: true }, 'puts the newer version in the place of the older'],
    ['tells of a device twice', { stammering: true }, 'tells of every device once'],
    ['writes while it plans', { meddling: true }, 'plans without writing'],
    ['throws what is no EucoraError', { rude: true }, 'finds its own write when the answer was lost'],
    ['believes a page of HTML', { gullible: true }, 'does not take a page of HTML for an empty plane'],
    ['names its operations anew each time', { fickle: true }, 'plans the same for the same order'],
    ['forgets what it has when the journal is lost', { forgetful: true }, 'finds its work when the journal was lost'],
    ['accepts verbs before it is connected', { eager: true }, 'refuses every verb before it is connected'],
    ['fails instead of saying that it is not healthy', { faint: true }, 'says that it is not healthy'],
  ];

  for (const [what, flaws, caughtBy] of mutants) {
    it(`catches a plane that ${what}`, async () => {
      const { failures } = await resultFor(flaws);
      expect(failures.some((failure) => failure.startsWith(caughtBy) || failure.includes(caughtBy))).to.equal(
        true,
        `failed only: ${failures.join('\n')}`,
      );
    });
  }
});

const resultFor = (flaws: Flaws) => runSuite(() => describePlane('the shelf', givenShelf(LAG, flaws)));
