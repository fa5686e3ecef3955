import { expect } from 'chai';

import { EucoraError } from '../../src/errors.js';
import { givenClient, givenContext, givenPlane, json, refusal } from './given.js';

describe('trying again', () => {
  it('waits as many seconds as the plane asks, fractions too, and then gets its answer', async () => {
    const plane = await givenPlane((_request, response, count) =>
      count === 1 ? json(response, 429, {}, { 'Retry-After': '2.128' }) : json(response, 200, { id: '42' }),
    );
    const { ctx, waits } = givenContext();

    const { body } = await givenClient(plane).request(ctx, { method: 'GET', url: 'mobileApps/42' });

    expect(body).to.deep.equal({ id: '42' });
    expect(waits).to.deep.equal([2128]);
  });

  it('waits until the date that the plane names', async () => {
    const { ctx, waits } = givenContext();
    const date = new Date(ctx.now().getTime() + 7000).toUTCString();
    const plane = await givenPlane((_request, response, count) =>
      count === 1 ? json(response, 503, {}, { 'Retry-After': date }) : json(response, 200, {}),
    );

    await givenClient(plane).request(ctx, { method: 'GET', url: 'x' });

    expect(waits).to.deep.equal([7000]);
  });

  for (const unusable of ['', 'soon', '0', '-5', 'Mon, 01 Jan 2001 00:00:00 GMT']) {
    it(`backs off by itself when Retry-After is "${unusable}"`, async () => {
      const plane = await givenPlane((_request, response, count) =>
        count < 4 ? json(response, 429, {}, unusable ? { 'Retry-After': unusable } : {}) : json(response, 200, {}),
      );
      const { ctx, waits } = givenContext();

      await givenClient(plane).request(ctx, { method: 'GET', url: 'x' });

      expect(waits).to.deep.equal([500, 1000, 2000]);
    });
  }

  it('draws each wait from the whole range, up to its cap', async () => {
    const plane = await givenPlane((_request, response) => json(response, 503, {}));
    const draws = [0, 0.999, 0.5];
    const { ctx, waits } = givenContext();
    const client = givenClient(plane, { backoff: { baseMs: 1000, capMs: 3000, random: () => draws.shift() ?? 0 } });

    await refusal(client.request(ctx, { method: 'GET', url: 'x' }), 'PLANE_ERROR');

    expect(waits).to.deep.equal([0, 2997, 1500]);
  });

  it('fails at once when the plane wants to be left alone for longer than the request may take', async () => {
    const plane = await givenPlane((_request, response) => json(response, 429, {}, { 'Retry-After': '120' }));
    const { ctx, waits } = givenContext();

    const error = await refusal(givenClient(plane).request(ctx, { method: 'GET', url: 'x' }), 'PLANE_THROTTLED');

    expect(error).to.include({ errorClass: 'transient', retryAfterMs: 120_000 });
    expect(waits).to.deep.equal([]);
    expect(plane.ledger).to.have.length(1);
  });

  it('takes its waits off the deadline, on whichever clock they pass', async () => {
    const plane = await givenPlane((_request, response) => json(response, 429, {}, { 'Retry-After': '4' }));
    const { ctx, waits } = givenContext();

    await refusal(
      givenClient(plane, { deadlineMs: 10_000, maxAttempts: 9 }).request(ctx, { method: 'GET', url: 'x' }),
      'PLANE_THROTTLED',
    );

    expect(waits).to.deep.equal([4000, 4000]);
  });

  it('repeats a write that was throttled, for then the plane did nothing', async () => {
    const plane = await givenPlane((_request, response, count) =>
      count === 1 ? json(response, 429, {}, { 'Retry-After': '3' }) : json(response, 201, { id: '42' }),
    );
    const { ctx, waits } = givenContext();

    const { status } = await givenClient(plane).request(ctx, {
      method: 'POST',
      url: 'mobileApps',
      json: { displayName: '7-Zip' },
    });

    expect(status).to.equal(201);
    expect(waits).to.deep.equal([3000]);
    expect(plane.ledger.map(({ body }) => body)).to.deep.equal(['{"displayName":"7-Zip"}', '{"displayName":"7-Zip"}']);
  });

  for (const [status, code] of [
    [500, 'PLANE_ERROR'],
    [502, 'PLANE_ERROR'],
    [503, 'PLANE_THROTTLED'],
    [504, 'PLANE_ERROR'],
    [408, 'PLANE_ERROR'],
  ] as const) {
    it(`does not repeat a write that was answered ${status}: the plane may have acted`, async () => {
      const plane = await givenPlane((_request, response) =>
        json(response, status, {}, status === 503 ? { 'Retry-After': '3' } : {}),
      );
      const { ctx } = givenContext();

      const error = await refusal(
        givenClient(plane).request(ctx, { method: 'POST', url: 'mobileApps', json: {} }),
        code,
      );

      expect(plane.ledger).to.have.length(1);
      expect(error).to.include({ errorClass: 'transient' });
      expect(error.details).to.include({ outcome: 'unknown', status_code: status });
    });
  }

  it('repeats a write that the plugin calls replayable', async () => {
    const plane = await givenPlane((_request, response, count) =>
      count < 3 ? json(response, 500, {}) : json(response, 200, {}),
    );
    await givenClient(plane).request(givenContext().ctx, { method: 'PUT', url: 'x', json: { a: 1 }, replayable: true });
    expect(plane.ledger.map(({ body }) => body)).to.deep.equal(['{"a":1}', '{"a":1}', '{"a":1}']);
  });

  it('repeats a body that can be had again, and sends one that cannot only once', async () => {
    const plane = await givenPlane((_request, response) => json(response, 500, {}));
    const client = givenClient(plane, { maxAttempts: 2 });
    const again = { [Symbol.asyncIterator]: bytes };

    for (const body of [again, bytes()]) {
      await refusal(
        client.request(givenContext().ctx, { method: 'PUT', url: 'x', body, replayable: true }),
        'PLANE_ERROR',
      );
    }

    expect(plane.ledger.map(({ body }) => body)).to.deep.equal(['abcdef', 'abcdef', 'abcdef']);
  });

  it('gives up after its attempts, and tells the audit of each', async () => {
    const plane = await givenPlane((_request, response) => json(response, 500, {}));
    const { ctx, audits } = givenContext();

    const error = await refusal(
      givenClient(plane, { maxAttempts: 3 }).request(ctx, { method: 'GET', url: 'x?sig=abc' }),
      'PLANE_ERROR',
    );

    expect(error.details).to.include({ attempts: 3 });
    expect(audits.map(({ attempt, statusCode, errorClass }) => ({ attempt, statusCode, errorClass }))).to.deep.equal([
      { attempt: 1, statusCode: 500, errorClass: 'transient' },
      { attempt: 2, statusCode: 500, errorClass: 'transient' },
      { attempt: 3, statusCode: 500, errorClass: 'transient' },
    ]);
    expect(audits[0]).to.include({ plane: 'intune', method: 'GET', target: `${plane.host}/v1.0/x` });
  });

  it('stops when the hub stops waiting, with the reason that the hub gave', async () => {
    const { ctx, stop } = givenContext();
    const plane = await givenPlane((_request, response, count) =>
      count === 1 ? stop(new EucoraError('SHUTTING_DOWN', { what: 'The host is stopping.' })) : json(response, 200, {}),
    );

    const error = await refusal(
      givenClient(plane).request(ctx, { method: 'POST', url: 'x', json: {} }),
      'SHUTTING_DOWN',
    );

    expect(error.details).to.include({ outcome: 'unknown' });
    await refusal(givenClient(plane).request(ctx, { method: 'POST', url: 'x', json: {} }), 'SHUTTING_DOWN');
    await givenClient(plane).request(givenContext().ctx, { method: 'GET', url: 'after' });
    expect(plane.ledger.map(({ url }) => url)).to.deep.equal(['/v1.0/x', '/v1.0/after']);
  });

  it('stops amid a wait', async () => {
    const plane = await givenPlane((_request, response) => json(response, 429, {}, { 'Retry-After': '1' }));
    const { ctx, stop } = givenContext({
      sleep: () => new Promise<void>(() => setImmediate(() => stop(new Error('enough')))),
    });

    const error = await refusal(givenClient(plane).request(ctx, { method: 'GET', url: 'x' }), 'DEADLINE_EXCEEDED');

    expect(error.message).to.match(/was given up.*Before that: intune answered 429/);
  });
});

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('abc');
  yield Buffer.from('def');
}
