import type { ServerResponse } from 'node:http';

import { expect } from 'chai';

import { Deadline } from '../../src/http/deadline.js';
import { Slots } from '../../src/http/slots.js';
import { givenClient, givenContext, givenPlane, json, refusal, until } from './given.js';

describe('concurrency', () => {
  it('has no more than so many requests in flight, and lets the others wait in line', async () => {
    const { plane, open, answerOldest } = await givenWaitingRoom();
    const client = givenClient(plane, { concurrency: 3 });
    const { ctx } = givenContext();
    const order: number[] = [];
    const work = [0, 1, 2, 3, 4, 5].map(async (n) => {
      await client.request(ctx, { method: 'GET', url: `${n}` });
      order.push(n);
    });

    for (let n = 0; n < 6; n += 1) {
      await open(Math.min(3, 6 - n));
      answerOldest();
    }
    await Promise.all(work);

    expect(plane.most).to.equal(3);
    expect(plane.ledger.map(({ url }) => url)).to.have.members([0, 1, 2, 3, 4, 5].map((n) => `/v1.0/${n}`));
    expect(order).to.have.length(6);
  });

  it('who gives up while waiting was never sent and takes no place from the others', async () => {
    const { plane, open, answerOldest } = await givenWaitingRoom();
    const client = givenClient(plane, { concurrency: 1 });
    const { ctx } = givenContext();
    const first = client.request(ctx, { method: 'GET', url: 'first' });
    await open(1);

    const error = await refusal(
      client.request(ctx, { method: 'POST', url: 'second', deadlineMs: 30 }),
      'DEADLINE_EXCEEDED',
    );
    expect(error.details).not.to.have.property('outcome');
    const third = client.request(ctx, { method: 'GET', url: 'third' });
    answerOldest();
    await first;
    await open(1);
    answerOldest();
    await third;

    expect(plane.ledger.map(({ url }) => url)).to.deep.equal(['/v1.0/first', '/v1.0/third']);
  });

  it('passes the turn on of one that gave up in the very moment that it came', async () => {
    const slots = new Slots(1);
    const { ctx, stop } = givenContext();
    const patient = new Deadline(givenContext().ctx, 10_000);
    const hasty = new Deadline(ctx, 10_000);
    await slots.take(patient);
    const given = slots.take(hasty).catch(() => 'gave up');

    stop();
    slots.giveBack();

    expect(await given).to.equal('gave up');
    expect(await Promise.race([slots.take(patient).then(() => 'free'), new Promise(setImmediate)])).to.equal('free');
    patient.close();
    hasty.close();
  });

  it('keeps a quarter for work that somebody waits for, and lets that go first', async () => {
    const slots = new Slots(4);
    const deadline = new Deadline(givenContext().ctx, 10_000);
    const order: string[] = [];
    const take = (who: string, background: boolean) => slots.take(deadline, background).then(() => order.push(who));
    for (const who of ['a', 'b', 'c', 'd', 'e']) void take(who, true);
    await new Promise(setImmediate);
    expect(order).to.deep.equal(['a', 'b', 'c']);
    void take('rollback', false);
    void take('publish', false);
    await new Promise(setImmediate);
    expect(order).to.deep.equal(['a', 'b', 'c', 'rollback']);
    for (let turn = 0; turn < 3; turn += 1) {
      slots.giveBack();
      await new Promise(setImmediate);
    }
    expect(order).to.deep.equal(['a', 'b', 'c', 'rollback', 'publish', 'd']);
    deadline.close();
  });

  it('is free again while a request waits for its next attempt', async () => {
    const plane = await givenPlane(({ url }, response, count) =>
      count === 1 ? json(response, 503, {}) : json(response, 200, url),
    );
    const meanwhile = givenContext();
    const client = givenClient(plane, { concurrency: 1 });
    const { ctx } = givenContext({
      sleep: async () => {
        await client.request(meanwhile.ctx, { method: 'GET', url: 'between' });
      },
    });

    await client.request(ctx, { method: 'GET', url: 'x' });

    expect(plane.ledger.map(({ url }) => url)).to.deep.equal(['/v1.0/x', '/v1.0/between', '/v1.0/x']);
  });
});

describe('a rate budget', () => {
  it('makes requests wait until the window has room, and fails none', async () => {
    const { client, given } = await givenBudget([{ requests: 2, perMs: 1000 }]);
    for (let n = 0; n < 5; n += 1) await client.request(given.ctx, { method: 'GET', url: 'x' });
    expect(given.waits).to.deep.equal([1000, 1000]);
  });

  it('slides: room comes back as time passes', async () => {
    const { client, given } = await givenBudget([{ requests: 2, perMs: 1000 }]);
    const ask = () => client.request(given.ctx, { method: 'GET', url: 'x' });
    await ask();
    given.pass(600);
    await ask();
    given.pass(300);
    await ask();
    expect(given.waits).to.deep.equal([100]);
  });

  it('for writes lets reads pass, and the tightest budget decides', async () => {
    const { client, given } = await givenBudget([
      { requests: 100, perMs: 1000 },
      { requests: 1, perMs: 5000, writesOnly: true },
    ]);
    const send = (method: 'GET' | 'POST') => client.request(given.ctx, { method, url: 'x' });
    await send('POST');
    await send('GET');
    await send('GET');
    expect(given.waits).to.deep.equal([]);
    await send('POST');
    expect(given.waits).to.deep.equal([5000]);
  });

  it('cannot be used up by work that nobody waits for', async () => {
    const { client, given } = await givenBudget([{ requests: 4, perMs: 1000 }]);
    const ask = (background: boolean) => client.request({ ...given.ctx, background }, { method: 'GET', url: 'x' });
    for (let n = 0; n < 3; n += 1) await ask(true);
    await ask(false);
    expect(given.waits, 'one of four was kept').to.deep.equal([]);
    given.pass(1000);
    for (let n = 0; n < 4; n += 1) await ask(true);
    expect(given.waits, 'the fourth in the background waits').to.deep.equal([1000]);
  });

  it('whose turn would come too late is told at once, and books nothing', async () => {
    const { client, given, plane } = await givenBudget([{ requests: 1, perMs: 60_000 }]);
    const ask = () => client.request(given.ctx, { method: 'GET', url: 'x' });
    await ask();
    for (let n = 0; n < 3; n += 1) {
      const error = await refusal(ask(), 'DEADLINE_EXCEEDED');
      expect(error).to.include({ errorClass: 'transient', retryAfterMs: 60_000 });
    }
    given.pass(60_000);
    await ask();
    expect(plane.ledger).to.have.length(2);
  });

  it('does not wait for a clock that was set back', async () => {
    const { client, given } = await givenBudget([{ requests: 1, perMs: 1000 }]);
    await client.request(given.ctx, { method: 'GET', url: 'x' });
    given.pass(-3_600_000);
    await client.request(given.ctx, { method: 'GET', url: 'x' });
    expect(given.waits).to.deep.equal([1000]);
  });
});

async function givenBudget(rate: { requests: number; perMs: number; writesOnly?: boolean }[]) {
  const plane = await givenPlane((_request, response) => json(response, 200, {}));
  return { plane, client: givenClient(plane, { rate }), given: givenContext() };
}

/** A plane that answers when it is told to, the longest waiting first. */
async function givenWaitingRoom() {
  const waiting: ServerResponse[] = [];
  let most = 0;
  const plane = await givenPlane((_request, response) => {
    most = Math.max(most, waiting.push(response));
  });
  return {
    plane: {
      ...plane,
      get most() {
        return most;
      },
    },
    async open(count: number) {
      await until(() => waiting.length >= count);
    },
    answerOldest: () => {
      const response = waiting.shift();
      if (response) json(response, 200, {});
    },
  };
}
