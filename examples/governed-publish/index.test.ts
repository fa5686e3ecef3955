import { virtualClock } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { governedPublish } from './governed.js';

describe('the example governed-publish', () => {
  it('goes from a missing scan to a sealed pack, by way of a waiver, an agent and two approvers', async () => {
    const said: string[] = [];
    const clock = virtualClock();
    await governedPublish({ clock, wait: (ms) => clock.advance(ms), say: (line) => said.push(line) });

    const [unscanned, found, waived, agent, asked, requester, packager, voided, approved, pack, changed, chain] = said;
    expect(unscanned).to.match(/^without a scan: REFUSED, evidence: scan is missing/);
    expect(found).to.match(/^with a finding: REFUSED, vulnerabilities: 1 high vulnerability.+CVE-2026-0001/);
    expect(waived).to.equal('with a waiver: SETTLED, 4 of 4 devices');
    expect(agent).to.equal('by an agent: REFUSED, agent: agent build-bot may act in lab only, not in canary');
    expect(asked).to.equal('to canary: AWAITING_APPROVAL, in canary: 2 people must say yes');
    expect(requester).to.match(/^refused: ada asked for approval/);
    expect(packager).to.match(/^refused: grace cannot answer .+: the package is by the same hand$/);
    expect(voided).to.equal('void: the evidence has changed since');
    expect(approved).to.equal('approved by two: SETTLED, 20 of 20 devices');
    expect(pack).to.equal('pack intact: 4 files');
    expect(changed).to.match(/^one byte changed: the signature is not that of a trusted hub/);
    expect(chain).to.equal('chain intact');
  });
});
