import type { DeviceState } from '@eucora/sdk';
import { expect } from 'chai';
import { measure } from '../src/compliance.js';

const LONG_AGO = '2026-01-01T00:00:00Z';
const LATELY = '2026-01-20T00:00:00Z';
const FRESH_SINCE = new Date('2026-01-10T00:00:00Z');

describe('a device that has not been heard of for long', () => {
  it('is not known to be well, whatever it said then', async () => {
    const counted = await measure(
      states(['installed', LATELY], ['installed', LONG_AGO], ['installed', undefined]),
      'required',
      FRESH_SINCE,
    );
    expect(counted).to.include({ targeted: 3, installed: 2, unknown: 1 });
    expect(counted.successRate).to.be.closeTo(66.7, 0.1);
  });

  it('is not known to be rid of what was to be taken off', async () => {
    const counted = await measure(states(['absent', LATELY], ['absent', LONG_AGO]), 'uninstall', FRESH_SINCE);
    expect(counted).to.include({ targeted: 2, installed: 1, unknown: 1 });
  });

  it('keeps what was bad news', async () => {
    const counted = await measure(states(['failed', LONG_AGO], ['pending', LONG_AGO]), 'required', FRESH_SINCE);
    expect(counted).to.include({ failed: 1, pending: 1, unknown: 0 });
  });
});

async function* states(...given: readonly (readonly [DeviceState['status'], string | undefined])[]) {
  yield given.map(([status, lastSeen], at): DeviceState => ({
    deviceId: `d-${at}`,
    status,
    ...(lastSeen && { lastSeen }),
  }));
}
