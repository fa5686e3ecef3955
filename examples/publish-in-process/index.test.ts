import { virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { publishInProcess } from './publish.js';

describe('the example publish-in-process', () => {
  it('publishes, answers a repeat with the first outcome, upgrades and takes back', async () => {
    const said = await whatItSays();
    expect(said.slice(0, 3)).to.deep.equal([
      'will create package Example Tool 1.0.0',
      'will upload Example Tool 1.0.0',
      'will aim Example Tool 1.0.0 (required, include): lab-devices',
    ]);
    expect(said).to.include('publish 1.0.0: SETTLED, 8 of 8 devices');
    expect(said).to.include('the same again: 409 DUPLICATE_REQUEST');
    expect(said).to.include('will take off Example Tool 1.0.0 (required, include): lab-devices');
    expect(said).to.include('publish 1.1.0: SETTLED, 8 of 8 devices');
    expect(said.at(-2)).to.equal('rollback 1.1.0: SETTLED');
    expect(said.at(-1)).to.match(/^\d+ events, chain intact$/);
  });

  it('shows compliance rising', async () => {
    const counts = (await whatItSays())
      .map((line) => /^publish 1\.0\.0: .*, (\d+) of 8 devices$/.exec(line)?.[1])
      .filter((count) => count !== undefined)
      .map(Number);
    expect(counts).to.deep.equal([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).to.be.greaterThan(2);
  });
});

async function whatItSays(): Promise<string[]> {
  const said: string[] = [];
  const clock = virtualClock();
  await publishInProcess({ clock, wait: (ms) => clock.advance(ms), say: (line) => said.push(line) });
  return said;
}
