import { memoryStorage, type EventStore } from '@eucora/engine';
import { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { remembered, rememberedOutcome } from '../src/routes/remembered.js';
import { failsWith } from './given.js';

describe('a remediation that is remembered', () => {
  it('is done once, also when it is asked for twice at the same time', async () => {
    const { ask, done } = given();

    const both = await Promise.allSettled([ask(), ask()]);

    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect(done()).to.equal(1);
    expect(await codeOf(ask())).to.equal('DUPLICATE_REQUEST');
  });

  it('says that it is under way while it is', async () => {
    const { ask, events } = given(() => new Promise(() => {}));
    void ask();
    while ((await events.readStream('remediation:r')).length === 0) await new Promise(setImmediate);

    expect(await codeOf(ask())).to.equal('DUPLICATE_REQUEST');
    expect(await rememberedOutcome(events, 'r')).to.deep.equal({ correlation_id: 'r', status: 'IN_PROGRESS' });
  });

  it('may be asked for again after it failed', async () => {
    let fails = true;
    const { ask, events } = given(async () => {
      if (fails) throw new EucoraError('STORAGE_UNAVAILABLE', { what: 'no answer' });
      return { orders: 1 };
    });

    expect(await codeOf(ask())).to.equal('STORAGE_UNAVAILABLE');
    expect(await rememberedOutcome(events, 'r')).to.include({ status: 'FAILED', code: 'STORAGE_UNAVAILABLE' });
    fails = false;
    expect(await ask()).to.deep.equal({ correlation_id: 'r', orders: 1 });
    expect(await codeOf(ask())).to.equal('DUPLICATE_REQUEST');
  });

  it('reports the failure, also when that cannot be noted', async () => {
    const { events } = memoryStorage();
    const forgetful: EventStore = {
      readStream: (stream) => events.readStream(stream),
      readAll: (request) => events.readAll(request),
      head: () => events.head(),
      append: async (request) =>
        request.writes[0]!.expectedVersion > 0 ? failsWith('STORAGE_FULL')() : events.append(request),
    };
    const { ask } = given(failsWith('PLANE_UNREACHABLE'), forgetful);

    expect(await codeOf(ask())).to.equal('PLANE_UNREACHABLE');
  });

  it('passes on what kept it from being claimed or looked up', async () => {
    const { events } = memoryStorage();
    const full: EventStore = { ...events, readStream: async () => [], append: failsWith('STORAGE_FULL') };

    expect(await codeOf(given(undefined, full).ask())).to.equal('STORAGE_FULL');
    expect(await codeOf(given(undefined, events, failsWith('STORAGE_UNAVAILABLE')).ask())).to.equal(
      'STORAGE_UNAVAILABLE',
    );
    expect(await rememberedOutcome(events, 'r')).to.equal(undefined);
  });
});

const ASKED = { correlation_id: 'r', connector_id: 'p', deployment_intent_id: 'i' };

function given(
  work: () => Promise<object> = async () => ({ orders: 1 }),
  events: EventStore = memoryStorage().events,
  status: () => Promise<never> = failsWith('RUN_NOT_FOUND'),
) {
  let done = 0;
  const counted = () => {
    done++;
    return work();
  };
  return { events, done: () => done, ask: () => remembered(events, { status }, ASKED, 'me', counted) };
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (cause: EucoraError) => cause.code,
  );
