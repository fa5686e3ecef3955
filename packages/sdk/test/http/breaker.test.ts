import type { ServerResponse } from 'node:http';

import { expect } from 'chai';

import { givenClient, givenContext, givenPlane, json, type Plane, refusal, until } from './given.js';

describe('the breaker', () => {
  it('opens with the fifth failure in a row, then nothing is sent', async () => {
    const { plane, ask, client } = await givenFailing(500);

    for (let i = 0; i < 5; i += 1) await refusal(ask(), 'PLANE_ERROR');
    expect(client.breakerState).to.equal('open');
    const error = await refusal(ask(), 'CIRCUIT_OPEN');

    expect(plane.ledger).to.have.length(5);
    expect(error).to.include({ errorClass: 'transient', retryAfterMs: 60_000 });
    expect(error.details).to.include({ plane: 'intune', host: plane.host });
  });

  it('counts attempts and not requests: it stands inside the retry', async () => {
    const { plane, given, client } = await givenFailing(500, { maxAttempts: 4 });
    const ask = () => client.request(given.ctx, { method: 'GET', url: 'x' });

    await refusal(ask(), 'PLANE_ERROR');
    await refusal(ask(), 'CIRCUIT_OPEN');

    expect(plane.ledger).to.have.length(5);
  });

  it('forgets failures when an answer comes in between, also when that answer is a no', async () => {
    const { ask, answerWith, client } = await givenFailing(500);
    for (const status of [500, 500, 500, 500, 404, 500, 500, 500, 500]) {
      answerWith(status);
      await ask().catch(() => undefined);
    }
    expect(client.breakerState).to.equal('closed');
  });

  it('is not moved by throttling, in neither direction', async () => {
    const { ask, answerWith, client } = await givenFailing(429);
    for (let i = 0; i < 7; i += 1) await refusal(ask(), 'PLANE_THROTTLED');
    expect(client.breakerState).to.equal('closed');

    for (const status of [500, 500, 429, 500, 429, 500, 500]) {
      answerWith(status);
      await ask().catch(() => undefined);
    }
    expect(client.breakerState).to.equal('open');
  });

  for (const failure of ['reset', 'html', 'hang', 408] as const) {
    it(`counts ${failure}`, async () => {
      const { ask, client } = await givenFailing(failure, { deadlineMs: failure === 'hang' ? 50 : 10_000 });
      for (let i = 0; i < 5; i += 1) await ask().catch(() => undefined);
      expect(client.breakerState).to.equal('open');
    });
  }

  it('does not count requests that the hub gave up', async () => {
    const { client, plane } = await givenFailing('hang');
    for (let i = 0; i < 6; i += 1) {
      const { ctx, stop } = givenContext();
      const work = client.request(ctx, { method: 'GET', url: 'x' });
      await until(() => plane.ledger.length > i);
      stop();
      await refusal(work, 'DEADLINE_EXCEEDED');
    }
    expect(client.breakerState).to.equal('closed');
  });

  it('lets trials out after its time, and closes when three of them succeed', async () => {
    const { ask, answerWith, given, client } = await givenOpen();
    given.pass(59_999);
    await refusal(ask(), 'CIRCUIT_OPEN');

    given.pass(1);
    answerWith(200);
    await ask();
    await ask();
    expect(client.breakerState).to.equal('half_open');
    await ask();
    expect(client.breakerState).to.equal('closed');
  });

  it('opens again with the first trial that fails, for its whole time', async () => {
    const { ask, answerWith, given, client, plane } = await givenOpen();
    given.pass(60_000);
    answerWith(200);
    await ask();
    answerWith(503);
    await refusal(ask(), 'PLANE_ERROR');
    expect(client.breakerState).to.equal('open');

    given.pass(59_999);
    await refusal(ask(), 'CIRCUIT_OPEN');
    expect(plane.ledger).to.have.length(7);
  });

  it('has no more than three trials on their way', async () => {
    const { ask, answerWith, given, plane } = await givenOpen();
    given.pass(60_000);
    answerWith(200);

    const outcomes = await Promise.allSettled([ask(), ask(), ask(), ask(), ask()]);

    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(plane.ledger).to.have.length(8);
  });

  it('gives a trial back that was throttled', async () => {
    const { ask, answerWith, given, client } = await givenOpen();
    given.pass(60_000);
    answerWith(429);
    for (let i = 0; i < 4; i += 1) await refusal(ask(), 'PLANE_THROTTLED');
    answerWith(200);
    for (let i = 0; i < 3; i += 1) await ask();
    expect(client.breakerState).to.equal('closed');
  });

  it('does not count stragglers from before it opened', async () => {
    const { ask, answerWith, given, client, plane, hangUp } = await givenFailing('hang', {
      breaker: { failures: 2, resetMs: 1000 },
    });
    const straggler = ask();
    await until(() => plane.ledger.length > 0);
    answerWith(500);
    await refusal(ask(), 'PLANE_ERROR');
    await refusal(ask(), 'PLANE_ERROR');
    given.pass(1000);
    answerWith(200);
    await ask();

    hangUp();
    await refusal(straggler, 'PLANE_UNREACHABLE');

    expect(client.breakerState).to.equal('half_open');
  });

  it('stays open no longer than its time when the clock is set back', async () => {
    const { ask, answerWith, given } = await givenOpen();
    given.pass(-3_600_000);
    await refusal(ask(), 'CIRCUIT_OPEN');
    given.pass(60_000);
    answerWith(200);
    await ask();
  });

  it('is one for each host', async () => {
    const { ask } = await givenOpen();
    const healthy = await givenPlane((_request, response) => json(response, 200, {}));
    const sick = await givenPlane((_request, response) => json(response, 500, {}));
    const client = givenClient(sick, { hosts: [sick.host, healthy.host], maxAttempts: 1 });
    const { ctx } = givenContext();
    for (let i = 0; i < 5; i += 1) await refusal(client.request(ctx, { method: 'GET', url: 'x' }), 'PLANE_ERROR');

    await refusal(ask(), 'CIRCUIT_OPEN');
    expect((await client.request(ctx, { method: 'GET', url: `${healthy.baseUrl}/x` })).status).to.equal(200);
  });
});

type Behaviour = number | 'reset' | 'html' | 'hang';

async function givenFailing(first: Behaviour, over: Parameters<typeof givenClient>[1] = {}) {
  let behaviour = first;
  const silent: ServerResponse[] = [];
  const plane: Plane = await givenPlane((_request, response) => {
    if (behaviour === 'hang') return silent.push(response);
    if (behaviour === 'reset') return response.socket?.resetAndDestroy();
    if (behaviour === 'html') return response.end('<html></html>');
    return json(response, behaviour, {});
  });
  const given = givenContext();
  const client = givenClient(plane, { maxAttempts: 1, ...over });
  return {
    plane,
    given,
    client,
    ask: () => client.request(given.ctx, { method: 'GET', url: 'x' }),
    answerWith: (next: Behaviour) => (behaviour = next),
    hangUp: () => silent.forEach((response) => response.socket?.resetAndDestroy()),
  };
}

async function givenOpen() {
  const failing = await givenFailing(500);
  for (let i = 0; i < 5; i += 1) await refusal(failing.ask(), 'PLANE_ERROR');
  return failing;
}
