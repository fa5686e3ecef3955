import { expect } from 'chai';
import { latestOf, stateOf, withoutFormerSelves, type Evidence } from '../src/computer-states.js';
import type { Activity, ActivityStatus } from '../src/wire.js';

const NOW = new Date('2026-01-05T12:00:00Z');
const HOURS = 3_600_000;

describe('the state of a machine', () => {
  const cases: [string, Partial<Evidence>, object][] = [
    [
      'is installed when it reports the wanted version',
      { installed: on('2.0.0-1') },
      { status: 'installed', version: '2.0.0' },
    ],
    [
      'is pending with the version that it has',
      { installed: on('1.0.0-1') },
      { status: 'pending', version: '1.0.0-1' },
    ],
    ['is pending while it has not reported anything', {}, { status: 'pending' }],
    ['is absent where no profile asks for anything', { profile: undefined }, { status: 'absent' }],
    [
      'stays installed when a later activity failed',
      { installed: on('2.0.0-1'), activities: did('failed', 100) },
      { status: 'installed', version: '2.0.0' },
    ],
    [
      'has failed with the result code of the client',
      { activities: did('failed', 101) },
      { status: 'failed', errorCode: '101' },
    ],
    ['has failed without a code too', { activities: did('failed', null) }, { status: 'failed', errorCode: 'failed' }],
    [
      'has failed when somebody canceled it',
      { activities: did('canceled') },
      { status: 'failed', errorCode: 'canceled' },
    ],
    [
      'waits for approval, and says so',
      { activities: did('unapproved') },
      { status: 'pending', errorCode: 'unapproved' },
    ],
    [
      'is pending after a success that inventory does not show yet',
      { activities: did('succeeded', 1) },
      { status: 'pending' },
    ],
    ['is pending while it is queued or delivered', { activities: did('undelivered') }, { status: 'pending' }],
    [
      'is unknown when it was delivered and never ended',
      { activities: did('delivered'), stuckAfterMs: HOURS },
      { status: 'unknown', errorCode: 'stuck' },
    ],
    [
      'is unknown when the profile never reached it',
      { stuckAfterMs: HOURS },
      { status: 'unknown', errorCode: 'stuck' },
    ],
    ['is absent once an uninstallation is done', { purpose: 'uninstall' }, { status: 'absent' }],
    [
      'is pending until then',
      { purpose: 'uninstall', installed: on('2.0.0-1') },
      { status: 'pending', version: '2.0.0' },
    ],
    [
      'has failed to be rid of it',
      { purpose: 'uninstall', installed: on('2.0.0-1'), activities: did('failed', 100) },
      { status: 'failed', version: '2.0.0', errorCode: '100' },
    ],
  ];
  for (const [title, evidence, expected] of cases) {
    it(title, () => {
      const given = { ...known(), ...evidence };
      expect(stateOf({ id: 4 }, given)).to.deep.equal({ deviceId: '4', ...expected });
    });
  }

  it('comes with the time of the last ping', () => {
    expect(stateOf({ id: 4, lastSeen: '2026-01-05T11:59:30.000Z' }, known())).to.include({
      lastSeen: '2026-01-05T11:59:30.000Z',
    });
  });
});

describe('the activity that counts for a machine', () => {
  it('is the latest about the package', () => {
    const rows = [
      activity(1, 'failed', { creation_time: '2026-01-05T08:00:00Z' }),
      activity(2, 'succeeded', { creation_time: '2026-01-05T09:00:00Z' }),
      activity(3, 'failed', { creation_time: '2026-01-05T10:00:00Z', changes: [{ package: 'other' }] }),
    ];
    expect(latestOf(rows, 'example-tool', 'eucora-example-tool-lab').get(4)?.id).to.equal(2);
  });

  it('is found by the name of the profile where no changes are told', () => {
    const rows = [activity(1, 'failed', { changes: [], summary: 'Apply package profile eucora-example-tool-lab' })];
    expect(latestOf(rows, 'example-tool', 'eucora-example-tool-lab').get(4)?.id).to.equal(1);
    expect(latestOf(rows, 'example-tool', 'eucora-example-tool-canary').size).to.equal(0);
  });
});

describe('a machine that registered again', () => {
  const at = (ago: number) => new Date(NOW.getTime() - ago).toISOString();

  it('is one machine: its former self fell silent', () => {
    const rows = [
      { id: 1, hostname: 'web', last_ping_time: at(48 * HOURS) },
      { id: 2, hostname: 'web', last_ping_time: at(0) },
      { id: 3, hostname: 'web', last_ping_time: null },
    ];
    expect(withoutFormerSelves(rows).map(({ id }) => id)).to.deep.equal([2]);
  });

  it('is told from another that only has its name, and from one without any', () => {
    const rows = [
      { id: 1, hostname: 'localhost', last_ping_time: at(60_000) },
      { id: 2, hostname: 'localhost', last_ping_time: at(0) },
      { id: 3, hostname: null, last_ping_time: at(48 * HOURS) },
      { id: 4, hostname: null, last_ping_time: null },
    ];
    expect(withoutFormerSelves(rows).map(({ id }) => id)).to.deep.equal([1, 2, 3, 4]);
  });
});

function known(): Evidence {
  return {
    purpose: 'required',
    wanted: { deb: '2.0.0-1', version: '2.0.0' },
    installed: new Map(),
    activities: new Map(),
    profile: { name: 'eucora-example-tool-lab', modification_time: '2026-01-05T09:00:00Z' },
    now: NOW,
    stuckAfterMs: 24 * HOURS,
  };
}

function on(version: string): ReadonlyMap<number, string> {
  return new Map([[4, version]]);
}

function did(status: ActivityStatus, code: number | null = null): ReadonlyMap<number, Activity> {
  return new Map([[4, activity(1, status, { result_code: code })]]);
}

function activity(id: number, status: ActivityStatus, more: Partial<Activity> = {}): Activity {
  return {
    id,
    activity_status: status,
    creation_time: '2026-01-05T09:00:00Z',
    computer_id: 4,
    changes: [{ package: 'example-tool' }],
    ...more,
  };
}
