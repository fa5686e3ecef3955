import { describeIssue } from '@eucora/sdk';
import { expect } from 'chai';
import plugin from '../src/index.js';

describe('the configuration of agents', () => {
  it('has every mistake found, with where it is', async () => {
    expect(
      await complaints({
        agents: [
          { subject: 'bot-1', until: '2026-02-30T00:00:00Z', maxDevice: 3 },
          { subject: '', hours: { timeZone: 'Mars/Base' } },
        ],
        maxDevices: 0,
        rings: [],
        privileged: null,
        packages: 'esbuild',
        hours: { days: ['someday'], from: '8', until: '25:00', holidays: [] },
        until: '2026-12-31',
        r2: { packages: [''], maxRisk: 51 },
        uninstall: 'R4',
      }),
    ).to.have.members([
      'agents.0.maxDevice: is not a setting of this plugin',
      'agents.0.until: must be a time in ISO 8601',
      'agents.1.subject: must be a name',
      'agents.1.hours.timeZone: must be a time zone such as Europe/Berlin',
      'maxDevices: must be a whole number of devices, 1 or more',
      'rings: must be a list, not empty, of rings: lab, canary, pilot, department, global',
      'privileged: must be true or false',
      'packages: must be a list, not empty, of names',
      'hours.days: must be a list, not empty, of days: mon, tue, wed, thu, fri, sat, sun',
      'hours.from: must be a time of the day, 00:00 to 23:59',
      'hours.until: must be a time of the day, 00:00 to 24:00',
      'hours.holidays: is not a setting of this plugin',
      'until: must have a time and a zone, such as 2027-01-31T00:00:00Z',
      'r2.rings: must be a list, not empty, of rings: lab, canary, pilot, department, global',
      'r2.packages: must be a list, not empty, of names',
      'r2.maxRisk: must be a number from 0 to 50: above that the CAB is asked in any case',
      'uninstall: must be one of R1, R2, R3',
    ]);
  });

  it('names each agent once, and hours that last', async () => {
    expect(await complaints({ agents: [{ subject: 'a' }, { subject: 'a' }] })).to.deep.equal([
      'agents: must name each agent once',
    ]);
    expect(await complaints({ hours: { from: '08:00', until: '08:00' } })).to.deep.equal([
      'hours.until: must differ from `from`: 00:00 to 24:00 is the whole day',
    ]);
  });

  it('does not take nothing for no limit', async () => {
    for (const field of [
      'agents',
      'maxDevices',
      'rings',
      'privileged',
      'packages',
      'hours',
      'until',
      'r2',
      'uninstall',
    ]) {
      expect(await complaints({ [field]: null }), field).not.to.deep.equal([]);
    }
    for (const agents of ['bot-1', {}, [null], [[]], [7]]) expect(await complaints({ agents })).not.to.deep.equal([]);
    expect(await complaints({})).to.deep.equal([]);
  });
});

async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
