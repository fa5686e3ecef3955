import { allow, deny, waiverFor, type PolicyGate } from '@eucora/sdk';
import type { NewWaiver } from '@eucora/engine';
import { expect } from 'chai';
import { givenHub, givenIntent } from './a-hub.js';
import { codeOf } from './codes.js';

const DAY = 86_400_000;

describe('a waiver', () => {
  it('lets a gate pass over what it names, and is recorded as used', async () => {
    const { hub, waive, publish } = await givenGuarded();
    expect((await publish('refused')).status).to.equal('REFUSED');
    const { id } = await waive({});
    const run = await publish('waived');
    expect(run.status).to.equal('SETTLED');
    expect(run.verdicts.at(-1)).to.deep.include({ decision: 'allow', waived: [id] });
    expect((await hub.waivers()).items[0]).to.include({ status: 'ACTIVE', usedAt: '2026-01-05T09:00:00.000Z' });
  });

  it('covers one application, version and ring, as far as it says', async () => {
    const { waive, publish } = await givenGuarded();
    await waive({ package: 'another' });
    await waive({ package: 'tool@9.9.9' });
    await waive({ rings: ['global'] });
    await waive({ gate: 'other' });
    await waive({ subjects: ['CVE-2'] });
    expect((await publish('one')).status).to.equal('REFUSED');
    await waive({ package: 'tool@1.0.0', rings: ['lab'] });
    expect((await publish('two')).status).to.equal('SETTLED');
  });

  it('ends with its time, or before, and is listed as what it was', async () => {
    const { hub, waive, publish, clock } = await givenGuarded();
    const short = await waive({ expiresAt: '2026-01-06T09:00:00.000Z' });
    clock.advance(DAY);
    expect((await publish('late')).status).to.equal('REFUSED');
    const { id } = await waive({});
    await hub.revokeWaiver(id, { reason: 'fixed' }, 'sam');
    await hub.revokeWaiver(id, { reason: 'again' }, 'sam');
    expect((await publish('revoked')).status).to.equal('REFUSED');
    const { items } = await hub.waivers();
    expect(items.map((one) => [one.id, one.status, one.usedAt])).to.have.deep.members([
      [short.id, 'EXPIRED', undefined],
      [id, 'REVOKED', undefined],
    ]);
  });

  it('waives nothing for the hand that gave it', async () => {
    const { publish, waive } = await givenGuarded();
    await waive({}, 'Publisher');
    await waive({}, 'packager');
    expect((await publish('own')).status).to.equal('REFUSED');
  });

  it('waives nothing once somebody has changed it in the database', async () => {
    const { hub, waive, publish, storage } = await givenGuarded();
    const { id } = await waive({ subjects: ['CVE-2'] });
    const row = (await storage.views.get<{ envelope: { payload: string } }>('waivers', id))!;
    const forged = Buffer.from(row.envelope.payload, 'base64').toString().replace('CVE-2', 'CVE-1');
    const body = { ...row, envelope: { ...row.envelope, payload: Buffer.from(forged).toString('base64') } };
    await storage.events.append({ writes: [], views: [{ collection: 'waivers', id, body }] });
    expect((await publish('forged')).status).to.equal('REFUSED');
    expect((await hub.waivers()).items).to.be.empty;
  });

  it('must say what, for what, why and until when', async () => {
    const { waive } = await givenGuarded();
    const wrong = { subjects: [], package: 'a b@', reason: ' ', expiresAt: '2020-01-01T00:00:00Z', gate: 'X Y' };
    const { code, message } = await codeOf(waive(wrong));
    expect(code).to.equal('INPUT_INVALID');
    for (const field of ['subjects', 'package', 'reason', 'expiresAt', 'gate']) expect(message).to.include(`${field}:`);
    expect((await codeOf(waive({ expiresAt: 'soon' }))).message).to.include('expiresAt');
  });
});

describe('an incident', () => {
  it('is told to the gates until it is closed', async () => {
    const seen: number[] = [];
    const gate: PolicyGate = {
      name: 'watch',
      evaluate: async (_ctx, { incidents }) => (seen.push(incidents.length), allow()),
    };
    const { hub } = await givenHub({ gates: [gate] });
    const intent = await givenIntent(hub, '1.0.0');
    const { id } = await hub.reportIncident({ packageName: 'tool', what: 'beacons out' }, 'sam');
    await hub.reportIncident({ packageName: 'other', what: 'not ours' }, 'sam');
    await hub.plan(intent, {}, 'publisher');
    await hub.closeIncident(id, { note: 'false alarm' }, 'sam');
    await hub.closeIncident(id, { note: 'again' }, 'sam');
    await hub.plan(intent, {}, 'publisher');
    expect(seen).to.deep.equal([1, 0]);
    expect((await hub.incidents({ status: 'CLOSED' })).items[0]).to.include({
      id,
      closedBy: 'sam',
      note: 'false alarm',
    });
    expect((await codeOf(hub.closeIncident('none', { note: '' }, 'sam'))).code).to.equal('INCIDENT_NOT_FOUND');
  });
});

const guarded: PolicyGate = {
  name: 'guarded',
  async evaluate(_ctx, facts) {
    const waiver = waiverFor(facts, 'guarded', 'CVE-1');
    return waiver ? { ...allow(), waived: [waiver.id] } : deny('CVE-1');
  },
};

async function givenGuarded() {
  const given = await givenHub({ gates: [guarded] });
  const { hub, clock } = given;
  const intent = await givenIntent(hub, '1.0.0');
  return {
    ...given,
    waive: (change: Partial<NewWaiver>, by = 'sam') =>
      hub.grantWaiver(
        {
          gate: 'guarded',
          subjects: ['CVE-1'],
          package: 'tool',
          reason: 'not reachable in our configuration',
          expiresAt: new Date(clock.now().getTime() + 30 * DAY).toISOString(),
          ...change,
        },
        by,
      ),
    async publish(correlationId: string) {
      await hub.publish(intent, { correlationId }, 'publisher');
      await hub.settle();
      return (await hub.status(correlationId)).runs[0]!;
    },
  };
}
