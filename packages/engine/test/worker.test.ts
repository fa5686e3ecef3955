import { expect } from 'chai';
import { createHub, memoryStorage } from '@eucora/engine';
import { aClock, givenHub, givenIntent, givenPackage } from './a-hub.js';
import { aPlane } from './a-plane.js';

describe('a worker', () => {
  it('does what is put while it works, and stops when told', async () => {
    const { hub } = await givenHub();
    const stop = new AbortController();
    const working = hub.work({ signal: stop.signal });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'one' }, 'publisher');
    await eventually(async () => (await hub.status('one')).status === 'SETTLED');
    stop.abort();
    await working;
  });

  it('looks again when the time has come, without being called', async () => {
    const { hub, clock, devices } = await givenHub();
    devices('group-lab', 'pending');
    const stop = new AbortController();
    const working = hub.work({ signal: stop.signal });
    await hub.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'one' }, 'publisher');
    await eventually(async () => (await hub.status('one')).status === 'OBSERVING');
    devices('group-lab', 'installed');
    await eventually(async () => {
      clock.advance(1_000);
      return (await hub.status('one')).status === 'SETTLED';
    });
    stop.abort();
    await working;
  });

  it('lets go in the middle when it stops, and another one goes on without doing anything twice', async () => {
    const clock = aClock();
    const storage = memoryStorage(clock);
    const { hub, plane, ledger } = await givenHub({ clock, storage });
    const stop = new AbortController();
    const hang = plane.createAssignment;
    plane.createAssignment = (ctx) =>
      new Promise((_, reject) => ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)));
    const stuck = createHub({ planes: { plane }, storage, clock });
    const working = stuck.work({ signal: stop.signal });
    await stuck.publish(await givenIntent(hub, '1.0.0'), { correlationId: 'one' }, 'publisher');
    await eventually(async () => (await hub.status('one')).runs[0]!.step === 'assign');
    stop.abort();
    await working;

    plane.createAssignment = hang;
    const fresh = createHub({ planes: { plane }, storage, clock });
    await fresh.settle();
    expect((await fresh.status('one')).status).to.equal('SETTLED');
    expect(ledger).to.deep.equal(['create tool@1.0.0/windows', 'required 1.0.0 on group-lab']);
  });

  it('starts no further write once somebody has said halt, here or on another host', async () => {
    const { hub, plane, ledger, storage, clock } = await givenHub();
    const otherHost = createHub({ planes: { plane }, storage, clock });
    const publish = plane.publishPackage;
    for (const [correlationId, by] of [
      ['here', hub],
      ['there', otherHost],
    ] as const) {
      const intent = await givenIntent(hub, correlationId);
      plane.publishPackage = async (ctx, request) => {
        await by.halt(intent, { reason: 'smoke' }, 'operator');
        return publish(ctx, request);
      };
      await hub.publish(intent, { correlationId }, 'publisher');
      await hub.settle();
      expect((await hub.status(correlationId)).status).to.equal('HALTED');
      expect(ledger).to.be.empty;
    }
  });
});

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 10_000; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it did not come to pass');
}

describe('the hands of a worker', () => {
  it('are its own for each plane: one that does not answer keeps no other waiting', async () => {
    const { hub, slow, stop, working, publishOn } = await givenTwoPlanes(4);
    for (let turn = 0; turn < 8; turn++) await publishOn('slow', `slow-${turn}`);
    await eventually(async () => slow.length === 4);
    await publishOn('quick', 'quick');
    await eventually(async () => (await hub.status('quick')).status === 'SETTLED');
    expect(slow).to.have.length(4);
    await eventually(async () => (slow.forEach((answer) => answer()), slow.length === 8));
    stop.abort();
    await working;
  });

  it('take a rollback at once, however busy its plane keeps them', async () => {
    const { hub, slow, stop, working, publishOn } = await givenTwoPlanes(2);
    const intent = await publishOn('slow', 'first');
    await eventually(
      async () => (slow.forEach((answer) => answer()), (await hub.status('first')).status === 'SETTLED'),
    );
    for (let turn = 0; turn < 4; turn++) await publishOn('slow', `slow-${turn}`);
    await eventually(async () => slow.length === 3);
    await hub.rollback(intent, { correlationId: 'first', reason: 'it crashes' }, 'operator');
    await eventually(async () => (await hub.status('first')).status === 'ROLLED_BACK');
    await eventually(async () => (slow.forEach((answer) => answer()), slow.length === 5));
    stop.abort();
    await working;
  });
});

/** A plane whose publish waits until it is told to go on, and one that answers at once. */
async function givenTwoPlanes(concurrency: number) {
  const [quick, held] = [aPlane('quick'), aPlane('slow')];
  const slow: (() => void)[] = [];
  const publish = held.plane.publishPackage;
  held.plane.publishPackage = async (ctx, request) => {
    await new Promise<void>((resolve) => slow.push(resolve));
    return publish(ctx, request);
  };
  const { hub } = await givenHub({ planes: { quick: quick.plane, slow: held.plane } });
  for (const { devices } of [quick, held]) devices('group-lab', 'installed');
  const stop = new AbortController();
  const publishOn = async (plane: string, correlationId: string) => {
    const rings = [{ ring: 'lab' as const, scopes: { [plane]: { include: ['group-lab'] } } }];
    const packageKey = await givenPackage(hub, '1.0.0', { name: correlationId });
    const { id } = await hub.createIntent({ packageKey, planes: [plane], rings }, 'publisher');
    await hub.publish(id, { correlationId }, 'publisher');
    return id;
  };
  return { hub, slow, stop, publishOn, working: hub.work({ signal: stop.signal, concurrency }) };
}
