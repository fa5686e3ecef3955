import { describeGate, givenOrder, givenPackage } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { answerAt, factsAt, givenGate, givenWaiver, WEEKEND, YEAR_END } from './given.js';

const SATURDAY = '2026-11-21T12:00:00Z';
const BOTH = '2026-12-19T12:00:00Z';
const CALM = '2026-11-24T12:00:00Z';
const EMERGENCY = { emergency: { reason: 'a hole that is being used' } };

describeGate('the freeze window', {
  start: () => ({ gate: givenGate({ freezes: [WEEKEND, YEAR_END] }) }),
  facts: {
    'a frozen ring': factsAt(SATURDAY),
    'a ring that stays open': factsAt(SATURDAY, { order: givenOrder({ ring: 'lab' }) }),
    'a day on which nothing is frozen': factsAt(CALM),
    'an emergency': factsAt(SATURDAY, EMERGENCY),
    'a waiver': factsAt(SATURDAY, { waivers: [givenWaiver('w1', 'weekend')] }),
  },
});

describe('a freeze', () => {
  it('refuses from its first moment to its last, and says until when, why, and what would change that', async () => {
    expect((await answerAt({ freezes: [WEEKEND] }, '2026-11-20T16:59:59.999Z')).decision).to.equal('allow');
    expect(await answerAt({ freezes: [WEEKEND] }, '2026-11-20T17:00:00Z')).to.deep.equal({
      decision: 'deny',
      reasons: [
        'global is frozen until 2026-11-23T05:00:00.000Z (2026-11-23 06:00 in Europe/Berlin): nobody is in ("weekend")',
        'until then it takes a waiver of "weekend", or an emergency and an approval',
      ],
    });
    expect((await answerAt({ freezes: [WEEKEND] }, '2026-11-23T04:59:59.999Z')).decision).to.equal('deny');
    expect(await answerAt({ freezes: [WEEKEND] }, '2026-11-23T05:00:00Z')).to.deep.equal({
      decision: 'allow',
      reasons: [],
    });
  });

  it('happens once when it has a beginning and an end', async () => {
    const [before, first, last, after] = await Promise.all(
      ['2026-12-17T23:59:59.999Z', '2026-12-18T00:00:00Z', '2027-01-03T22:59:59.999Z', '2027-01-03T23:00:00Z'].map(
        (now) => answerAt({ freezes: [YEAR_END] }, now),
      ),
    );
    expect([before!.decision, after!.decision]).to.deep.equal(['allow', 'allow']);
    expect([first!.decision, last!.decision]).to.deep.equal(['deny', 'deny']);
    expect(first!.reasons[0]).to.equal(
      'global is frozen until 2027-01-03T23:00:00.000Z: closing of the books ("year-end")',
    );
  });

  it('names everything that is in the way', async () => {
    const { reasons } = await answerAt({ freezes: [WEEKEND, YEAR_END] }, BOTH);
    expect(reasons).to.have.lengthOf(3);
    expect(reasons[0]).to.include('2026-12-21T05:00:00.000Z').and.to.include('nobody is in');
    expect(reasons[1]).to.include('2027-01-03T23:00:00.000Z').and.to.include('closing of the books');
    expect(reasons[2]).to.include('a waiver of "weekend" and "year-end"');
  });

  it('leaves alone the rings, platforms and packages that it does not concern', async () => {
    const decide = async (window: object, overrides?: Parameters<typeof answerAt>[2]) =>
      (await answerAt({ freezes: [{ ...WEEKEND, ...window }] }, SATURDAY, overrides)).decision;
    expect(await decide({}, { order: givenOrder({ ring: 'lab' }) })).to.equal('allow');
    expect(await decide({ platforms: ['macos'] })).to.equal('allow');
    expect(await decide({ platforms: ['macos', 'windows'] })).to.equal('deny');
    expect(await decide({ exceptPackages: ['Example Tool'] })).to.equal('allow');
    expect(await decide({ exceptPackages: ['Example Tool@2.0.0'] })).to.equal('allow');
    expect(await decide({ exceptPackages: ['Example Tool@1.0.0', 'Example'] })).to.equal('deny');
    const mac = givenOrder({ ring: 'global', package: givenPackage({ platform: 'macos' }) });
    expect(await decide({ platforms: ['macos'] }, { order: mac })).to.equal('deny');
  });

  it('concerns all rings unless it says which', async () => {
    const { decision } = await answerAt({ freezes: [YEAR_END] }, BOTH, { order: givenOrder({ ring: 'lab' }) });
    expect(decision).to.equal('deny');
  });

  it('tells the end of windows that run into each other, and that there is none', async () => {
    const december = { name: 'december', cron: '0 * * 12 *', hours: 1, why: 'x' };
    expect((await answerAt({ freezes: [december] }, BOTH)).reasons[0]).to.include('until 2027-01-01T00:00:00.000Z: x');
    const always = { name: 'always', cron: '@daily', hours: 24, why: 'x' };
    expect((await answerAt({ freezes: [always] }, BOTH)).reasons[0]).to.include('until further notice');
  });

  it('is not fooled by a time that is none', async () => {
    expect((await answerAt({ freezes: [YEAR_END] }, 'soon')).decision).to.equal('deny');
  });
});

describe('change windows', () => {
  const TUESDAY = {
    name: 'tuesday',
    cron: '0 20 * * TUE',
    hours: 4,
    timeZone: 'Europe/Berlin',
    rings: ['global'],
    why: 'agreed',
  };
  const THURSDAY = { ...TUESDAY, name: 'thursday', cron: '0 20 * * THU' };

  it('let a ring change within them and at no other time, and say when the next one opens', async () => {
    const changeWindows = [TUESDAY, THURSDAY];
    expect((await answerAt({ changeWindows }, '2026-11-24T19:00:00Z')).decision).to.equal('allow');
    expect((await answerAt({ changeWindows }, '2026-11-24T22:59:59Z')).decision).to.equal('allow');
    expect(await answerAt({ changeWindows }, '2026-11-24T23:00:00Z')).to.deep.equal({
      decision: 'deny',
      reasons: [
        'global changes in its change windows only, and the next one opens on ' +
          '2026-11-26T19:00:00.000Z (2026-11-26 20:00 in Europe/Berlin): agreed ("thursday")',
        'until then it takes a waiver of "tuesday" or "thursday", or an emergency and an approval',
      ],
    });
  });

  it('bind the rings that have some', async () => {
    const lab = { order: givenOrder({ ring: 'lab' }) };
    expect((await answerAt({ changeWindows: [TUESDAY] }, CALM, lab)).decision).to.equal('allow');
  });

  it('do not open what is frozen', async () => {
    const evening = '2026-12-22T20:00:00Z';
    const { decision, reasons } = await answerAt({ changeWindows: [TUESDAY], freezes: [YEAR_END] }, evening);
    expect(decision).to.equal('deny');
    expect(reasons[0]).to.include('closing of the books');
  });

  it('refuse for good when the last one is over, and are waived by the name of any of them', async () => {
    const changeWindows = [{ ...YEAR_END, why: 'the only time' }];
    const { reasons } = await answerAt({ changeWindows }, '2027-02-01T00:00:00Z');
    expect(reasons[0]).to.equal('the change windows of global are over');
    expect((await answerAt({ changeWindows }, CALM)).reasons[0]).to.include(
      'opens on 2026-12-18T00:00:00.000Z: the only time',
    );
    const waivers = [givenWaiver('w1', 'thursday')];
    expect(await answerAt({ changeWindows: [TUESDAY, THURSDAY] }, CALM, { waivers })).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['w1'],
    });
  });
});

describe('a waiver', () => {
  const freezes = [WEEKEND, YEAR_END];

  it('lets one window pass, and is named', async () => {
    const waivers = [givenWaiver('w1', 'weekend')];
    expect(await answerAt({ freezes }, SATURDAY, { waivers })).to.deep.equal({
      decision: 'allow',
      reasons: [],
      waived: ['w1'],
    });
  });

  it('is not used where nothing is in the way, or where it does not help', async () => {
    const waivers = [givenWaiver('w1', 'weekend')];
    expect(await answerAt({ freezes }, CALM, { waivers })).to.deep.equal({ decision: 'allow', reasons: [] });
    const { decision, reasons, waived } = await answerAt({ freezes }, BOTH, { waivers });
    expect({ decision, waived }).to.deep.equal({ decision: 'deny', waived: undefined });
    expect(reasons.join()).to.include('closing of the books').and.not.to.include('nobody is in');
  });

  it('speaks for several windows at once, and is named once', async () => {
    const waivers = [givenWaiver('w1', 'weekend', 'year-end')];
    expect((await answerAt({ freezes }, BOTH, { waivers })).waived).to.deep.equal(['w1']);
  });

  it('counts for this gate and this window only', async () => {
    const waivers = [{ ...givenWaiver('w1', 'weekend'), gate: 'vulnerabilities' }, givenWaiver('w2', 'year-end')];
    expect((await answerAt({ freezes }, SATURDAY, { waivers })).decision).to.equal('deny');
  });
});

describe('an emergency', () => {
  const freezes = [WEEKEND];

  it('needs somebody who approves it, unless the operator decided otherwise', async () => {
    const { decision, reasons } = await answerAt({ freezes }, SATURDAY, EMERGENCY);
    expect(decision).to.equal('needs_approval');
    expect(reasons[0]).to.equal(
      'an emergency was declared: a hole that is being used; somebody must approve that it goes out all the same',
    );
    expect(reasons[1]).to.include('global is frozen until 2026-11-23T05:00:00.000Z');
  });

  it('is let through at once, with what it passed over on record', async () => {
    const { decision, reasons } = await answerAt({ freezes, emergency: 'allow' }, SATURDAY, EMERGENCY);
    expect(decision).to.equal('allow');
    expect(reasons[0]).to.equal('an emergency was declared: a hole that is being used');
    expect(reasons[1]).to.include('nobody is in');
    expect((await answerAt({ freezes, emergency: 'allow' }, SATURDAY)).reasons[1]).to.match(/or an emergency$/);
  });

  it('changes nothing where the operator will have none', async () => {
    const { decision, reasons } = await answerAt({ freezes, emergency: 'deny' }, SATURDAY, EMERGENCY);
    expect(decision).to.equal('deny');
    expect(reasons[1]).to.include('an emergency changes nothing here');
  });

  it('must say what it is', async () => {
    const { decision, reasons } = await answerAt({ freezes }, SATURDAY, { emergency: { reason: ' ' } });
    expect(decision).to.equal('deny');
    expect(reasons[1]).to.equal('an emergency was declared without saying what it is');
  });

  it('is not mentioned while nothing is frozen', async () => {
    expect(await answerAt({ freezes }, CALM, EMERGENCY)).to.deep.equal({ decision: 'allow', reasons: [] });
  });
});
