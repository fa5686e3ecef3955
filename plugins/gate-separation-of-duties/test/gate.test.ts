import { describeIssue, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { describeGate, givenFacts, givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin from '../src/index.js';

describeGate('separation of duties', {
  start: async () => ({ gate: await givenGate() }),
  facts: {
    'three hands': hands({ packaged: 'pete', asked: 'paula', approved: ['carl'] }),
    'a packager who publishes': hands({ packaged: 'paula', asked: 'paula' }),
    'a requester who approves': hands({ packaged: 'pete', asked: 'paula', approved: ['paula'] }),
    'a packager who approves': hands({ packaged: 'pete', asked: 'paula', approved: ['pete'] }),
    'a package of nobody': hands({ packaged: '', asked: 'paula' }),
  },
});

describe('separation of duties', () => {
  it('has nothing against three hands, or against two before anybody approved', async () => {
    const three = hands({ packaged: 'pete', asked: 'paula', approved: ['carl', 'cora'] });
    expect(await answer(three)).to.deep.equal({ decision: 'allow', reasons: [] });
    expect(await answer(hands({ packaged: 'pete', asked: 'paula' }))).to.deep.equal({ decision: 'allow', reasons: [] });
  });

  it('keeps who packaged from publishing', async () => {
    expect(await answer(hands({ packaged: 'paula', asked: 'paula' }))).to.deep.equal({
      decision: 'deny',
      reasons: ['paula asks to publish to lab what paula packaged: somebody else must ask for it'],
    });
  });

  it('keeps the requester and the packager from approving, and names both', async () => {
    const everybody = hands({ packaged: 'pete', asked: 'paula', approved: ['carl', 'paula', 'pete'] });
    expect(await answer(everybody)).to.deep.equal({
      decision: 'deny',
      reasons: [
        'paula approved what paula asked for: somebody else must',
        'pete approved what pete packaged: somebody else must',
      ],
    });
  });

  it('takes spellings of one name for one hand', async () => {
    for (const spelling of ['Alice@X.example', 'ALICE@x.example', ' alice@x.example ', 'ａｌｉｃｅ@x.example']) {
      const published = hands({ packaged: 'alice@x.example', asked: spelling });
      expect((await answer(published)).decision, spelling).to.equal('deny');
      const approved = hands({ packaged: 'pete', asked: 'alice@x.example', approved: [spelling] });
      expect((await answer(approved)).decision, spelling).to.equal('deny');
    }
    expect((await answer(hands({ packaged: 'alice@x.example', asked: 'alice@y.example' }))).decision).to.equal('allow');
  });

  it('takes a hand that is not named for a no', async () => {
    expect((await answer(hands({ packaged: ' ', asked: 'paula' }))).reasons).to.deep.equal([
      'nobody knows who packaged this: add the package again',
    ]);
    expect((await answer(hands({ packaged: 'pete', asked: '' }))).reasons).to.deep.equal([
      'nobody knows who asked for this',
    ]);
    expect((await answer(hands({ packaged: 'pete', asked: 'paula', approved: [''] }))).reasons).to.deep.equal([
      'an approval does not say whose it is',
    ]);
  });

  it('lets a packager publish where the operator allows it, and approve nowhere', async () => {
    const settings = { allowSelfPublishIn: ['lab'] };
    const own = hands({ packaged: 'paula', asked: 'paula' });
    expect((await answer(own, settings)).decision).to.equal('allow');
    expect((await answer({ ...own, order: givenOrder({ ring: 'canary' }) }, settings)).decision).to.equal('deny');
    const approved = hands({ packaged: 'paula', asked: 'paula', approved: ['Paula'] });
    expect((await answer(approved, settings)).decision).to.equal('deny');
  });

  it('when it is not strict, asks for another hand instead of refusing', async () => {
    const own = hands({ packaged: 'paula', asked: 'paula' });
    expect(await answer(own, { strict: false })).to.deep.equal({
      decision: 'needs_approval',
      reasons: ['paula asks to publish to lab what paula packaged: somebody else must approve it'],
    });
    const approved = hands({ packaged: 'pete', asked: 'paula', approved: ['paula'] });
    expect((await answer(approved, { strict: false })).decision).to.equal('deny');
  });

  it('finds every mistake in its configuration, and says where', async () => {
    expect(await complaints({ strict: 'no', allowSelfPublishIn: ['moon'], lenient: true })).to.have.members([
      'strict: must be true or false',
      'allowSelfPublishIn: must be a list of rings: lab, canary, pilot, department, global',
      'lenient: is not a setting of this plugin',
    ]);
    expect(await complaints({})).to.deep.equal([]);
    expect(await complaints({ allowSelfPublishIn: 'lab' })).to.deep.equal([
      'allowSelfPublishIn: must be a list of rings: lab, canary, pilot, department, global',
    ]);
  });
});

function hands(of: { packaged: string; asked: string; approved?: readonly string[] }): GateFacts {
  const approvals = (of.approved ?? []).map((by) => ({ by, at: '2026-11-21T11:00:00Z' }));
  return givenFacts({ packagedBy: of.packaged, requester: { subject: of.asked }, approvals });
}

async function givenGate(settings: object = {}): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'separation-of-duties' });
}

async function answer(facts: GateFacts, settings: object = {}) {
  return (await givenGate(settings)).evaluate(testContext(), facts);
}

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
