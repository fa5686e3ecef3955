import { testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { answerAt, factsAt, givenGate } from './given.js';
import { minuteByMinute, readings, type PlainWindow } from './minute-by-minute.js';

describe('the weekend on which the clocks change', () => {
  for (const [night, timeZone, friday, monday] of [
    ['spring in Berlin', 'Europe/Berlin', '2026-03-27T17:00:00.000Z', '2026-03-30T04:00:00.000Z'],
    ['autumn in Berlin', 'Europe/Berlin', '2026-10-23T16:00:00.000Z', '2026-10-26T05:00:00.000Z'],
    ['spring in New York', 'America/New_York', '2026-03-06T23:00:00.000Z', '2026-03-09T10:00:00.000Z'],
    ['autumn in New York', 'America/New_York', '2026-10-30T22:00:00.000Z', '2026-11-02T11:00:00.000Z'],
  ] as const)
    it(`is frozen from Friday 18:00 to Monday 06:00 as on any other, in ${night}`, async () => {
      const config = { freezes: [{ name: 'weekend', cron: '0 18 * * FRI', hours: 60, timeZone, why: 'x' }] };
      const decide = async (at: string, ms: number) => (await answerAt(config, Date.parse(at) + ms)).decision;
      expect([await decide(friday, -1), await decide(friday, 0)]).to.deep.equal(['allow', 'deny']);
      expect([await decide(monday, -1), await decide(monday, 0)]).to.deep.equal(['deny', 'allow']);
      expect((await answerAt(config, Date.parse(friday))).reasons[0])
        .to.include(`until ${monday} (`)
        .and.to.include('06:00 in');
    });
});

describe('a window in the night in which the clocks change', () => {
  it('starts at the jump when its time is left out, and is not skipped', async () => {
    expect(await frozenBetween('30 2 * * *', 2, '2026-03-29')).to.deep.equal([
      '2026-03-29T01:00:00.000Z', // The clock goes from 02:00 to 03:00.
      '2026-03-29T02:30:00.000Z', // 04:30
    ]);
    expect(await frozenBetween('30 2 * * *', 2, '2026-03-08', 'America/New_York')).to.deep.equal([
      '2026-03-08T07:00:00.000Z',
      '2026-03-08T08:30:00.000Z',
    ]);
  });

  it('ends at the jump when its end is left out', async () => {
    expect((await frozenBetween('30 0 * * *', 2, '2026-03-29'))[1]).to.equal('2026-03-29T01:00:00.000Z');
  });

  it('starts at the first and ends at the second showing of a time that is shown twice', async () => {
    expect(await frozenBetween('30 2 * * *', 2, '2026-10-25')).to.deep.equal([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T03:30:00.000Z',
    ]);
    expect((await frozenBetween('30 0 * * *', 2, '2026-10-25'))[1]).to.equal('2026-10-25T01:30:00.000Z');
    expect(await frozenBetween('30 1 * * *', 2, '2026-11-01', 'America/New_York')).to.deep.equal([
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T08:30:00.000Z',
    ]);
  });

  it('knows a clock that changes by half an hour, and one that stands at a quarter', async () => {
    expect(await frozenBetween('45 1 * * *', 1, '2026-04-05', 'Australia/Lord_Howe')).to.deep.equal([
      '2026-04-04T14:45:00.000Z',
      '2026-04-04T16:15:00.000Z',
    ]);
    expect((await frozenBetween('0 6 * * *', 1, '2026-06-01', 'Asia/Kathmandu'))[0]).to.equal(
      '2026-06-01T00:15:00.000Z',
    );
    expect((await frozenBetween('0 6 * * *', 1, '2026-06-01', 'America/St_Johns'))[0]).to.equal(
      '2026-06-01T08:30:00.000Z',
    );
  });
});

describe('the answer at any instant', () => {
  const NIGHTS = [
    ['Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z'],
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Asia/Kolkata', '2026-06-01T00:00:00Z'],
  ] as const;
  const DAYS_BEFORE = 6;
  const tables = NIGHTS.map(([zone, night]) => readings(zone, Date.parse(night) - DAYS_BEFORE * 86_400_000, 11));

  const someWindow: fc.Arbitrary<PlainWindow> = fc.record({
    minute: fc.integer({ min: 0, max: 59 }),
    hours: fc.oneof(
      fc.subarray([0, 1, 2, 3, 4, 22], { minLength: 1 }),
      fc.constant(Array.from({ length: 24 }, (_, hour) => hour)),
    ),
    weekdays: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
    length: fc.oneof(fc.constantFrom(0.25, 0.5, 1, 1.5, 2, 24), fc.integer({ min: 1, max: 60 })),
  });
  /** Minutes from the moment of the change. */
  const someMoment = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -2_880, max: 2_880 }));

  it('is that of somebody who looked at the clock minute by minute', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: NIGHTS.length - 1 }), someWindow, someMoment, async (which, window, moment) => {
        const [timeZone, night] = NIGHTS[which]!;
        const index = DAYS_BEFORE * 1_440 + moment;
        const instantAt = (minute: number) => new Date(Date.parse(night) + (minute - DAYS_BEFORE * 1_440) * 60_000);
        const reference = minuteByMinute(tables[which]!, window);
        const settings = { name: 'w', cron: cronOf(window), hours: window.length, timeZone, why: 'x' };

        const frozen = await answerAt({ freezes: [settings] }, instantAt(index).getTime());
        expect(frozen.decision).to.equal(reference.isOpen(index) ? 'deny' : 'allow');
        const closes = reference.closes(index);
        if (frozen.decision === 'deny' && closes !== undefined)
          expect(frozen.reasons[0]).to.include(`until ${instantAt(closes).toISOString()}`);

        const changing = await answerAt({ changeWindows: [settings] }, instantAt(index).getTime());
        expect(changing.decision).to.equal(reference.isOpen(index) ? 'allow' : 'deny');
        const opens = reference.opens(index);
        if (changing.decision === 'deny' && opens !== undefined)
          expect(changing.reasons[0]).to.include(`opens on ${instantAt(opens).toISOString()}`);
      }),
      { seed: 20_261_121, numRuns: 150 },
    );
  });
});

const cronOf = ({ minute, hours, weekdays }: PlainWindow) => `${minute} ${hours.join()} * * ${weekdays.join()}`;

/** The first and the first no longer frozen minute of a day, by asking at each of its minutes. */
async function frozenBetween(cron: string, hours: number, day: string, timeZone = 'Europe/Berlin') {
  const gate = givenGate({ freezes: [{ name: 'night', cron, hours, timeZone, why: 'x' }] });
  const isFrozen = async (minute: number) => (await gate.evaluate(testContext(), factsAt(minute))).decision === 'deny';
  let minute = Date.parse(`${day}T00:00:00Z`) - 10 * 3_600_000;
  const frozen: string[] = [];
  for (const wanted of [true, false]) {
    while ((await isFrozen(minute)) !== wanted) minute += 60_000;
    frozen.push(new Date(minute).toISOString());
  }
  return frozen;
}
