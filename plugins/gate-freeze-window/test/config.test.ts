import { expect } from 'chai';
import { complaintsAbout, WEEKEND, YEAR_END } from './given.js';

describe('the configuration of the freeze window', () => {
  it('takes recurring windows, single ones and both', async () => {
    expect(await complaintsAbout({ freezes: [WEEKEND, YEAR_END] })).to.deep.equal([]);
    expect(await complaintsAbout({ changeWindows: [WEEKEND], emergency: 'deny' })).to.deep.equal([]);
    expect(await complaintsAbout({ freezes: [YEAR_END], changeWindows: [WEEKEND] })).to.deep.equal([]);
  });

  it('needs at least one window', async () => {
    expect(await complaintsAbout({})).to.include('freezes: must be an array');
    expect(await complaintsAbout({ freezes: [] })).to.deep.equal(['freezes: must contain at least 1 elements']);
    expect(await complaintsAbout({ freezes: [YEAR_END], changeWindows: [] })).to.have.lengthOf(1);
    expect(await complaintsAbout(undefined)).to.deep.equal(['must be an object']);
  });

  for (const [what, window, where] of [
    ['a ring that does not exist', { ...WEEKEND, rings: ['moon'] }, 'rings'],
    ['no ring at all', { ...WEEKEND, rings: [] }, 'rings'],
    ['a platform that does not exist', { ...WEEKEND, platforms: ['amiga'] }, 'platforms'],
    ['a length of nothing', { ...WEEKEND, hours: 0 }, 'hours'],
    ['a length below nothing', { ...WEEKEND, hours: -1 }, 'hours'],
    ['a length in words', { ...WEEKEND, hours: '60' }, 'hours'],
    ['a zone that does not exist', { ...WEEKEND, timeZone: 'Mars/Base' }, 'timeZone'],
    ['an offset in place of a zone', { ...WEEKEND, timeZone: '+01:00' }, 'timeZone'],
    ['a weekday that does not exist', { ...WEEKEND, cron: '0 18 * * FRY' }, 'cron'],
    ['an hour that does not exist', { ...WEEKEND, cron: '0 25 * * *' }, 'cron'],
    ['a day that never comes', { ...WEEKEND, cron: '0 0 30 2 *' }, 'cron'],
    ['seconds', { ...WEEKEND, cron: '0 0 18 * * FRI' }, 'cron'],
    ['a question mark, which croner reads as "every day or"', { ...WEEKEND, cron: '0 18 ? * FRI' }, 'cron'],
    ['a date in place of a cron', { ...WEEKEND, cron: '2026-12-18T00:00:00' }, 'cron'],
    ['a number in place of a cron', { ...WEEKEND, cron: 5 }, 'cron'],
    ['a time without a zone', { ...YEAR_END, from: '2026-12-18T00:00:00' }, 'from'],
    ['a day that is not in the calendar', { ...YEAR_END, from: '2026-02-30T00:00:00Z' }, 'from'],
    ['an hour that is not on the clock', { ...YEAR_END, from: '2026-02-20T25:00:00Z' }, 'from'],
    ['an end before the beginning', { ...YEAR_END, until: '2026-12-17T00:00:00Z' }, 'until'],
    ['an end at the beginning', { ...YEAR_END, until: YEAR_END.from }, 'until'],
    ['no reason', { ...YEAR_END, why: '' }, 'why'],
    ['no name', { ...YEAR_END, name: undefined }, 'name'],
    ['an end for a recurring window', { ...WEEKEND, until: YEAR_END.until }, 'until'],
    ['a length for a single window', { ...YEAR_END, hours: 3 }, 'hours'],
    ['a setting that there is not', { ...YEAR_END, colour: 'red' }, 'colour'],
  ] as const)
    it(`refuses ${what}, and says where`, async () => {
      const complaints = await complaintsAbout({ freezes: [{ ...WEEKEND, name: 'other' }, window] });
      expect(complaints).to.not.be.empty;
      for (const complaint of complaints) expect(complaint).to.match(new RegExp(`^freezes\\.1\\.${where}: `));
    });

  it('refuses what is no window, two of one name, and an answer to emergencies that there is not', async () => {
    expect((await complaintsAbout({ freezes: [7, null] })).join()).to.match(/freezes\.0: .*freezes\.1: /);
    expect(await complaintsAbout({ freezes: { weekend: WEEKEND } })).to.include('freezes: must be an array');
    expect(await complaintsAbout({ freezes: [WEEKEND, { ...YEAR_END, name: 'weekend' }] })).to.deep.equal([
      'freezes: two windows have the same name',
    ]);
    expect((await complaintsAbout({ freezes: [WEEKEND], emergency: 'maybe' })).join()).to.match(
      /^emergency: must be one of/,
    );
    expect(await complaintsAbout({ freezes: [WEEKEND], colour: 1 })).to.deep.equal([
      'colour: is not a setting of this plugin',
    ]);
  });

  it('says what is wrong with a cron expression', async () => {
    const complaintsOf = (cron: string) => complaintsAbout({ freezes: [{ ...WEEKEND, cron }] });
    expect(await complaintsOf('0 18 * *')).to.deep.equal([
      'freezes.0.cron: must be "minute hour day month weekday": five fields are needed',
    ]);
    expect((await complaintsOf('61 * * * *'))[0]).to.include('Invalid value for minute: 61');
    expect((await complaintsOf('0 0 31 4,6 *'))[0]).to.include('this day never comes');
    expect(await complaintsOf('0 0 29 2 *')).to.deep.equal([]);
    expect(await complaintsOf('0 18 * * FRI#L')).to.deep.equal([]);
  });
});
