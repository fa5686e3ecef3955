import type { Socket } from 'node:net';

import { expect } from 'chai';

import type { ErrorCode } from '../../src/error-catalogue.js';
import { givenClient, givenContext, givenWire, refusal } from './given.js';

interface Fault {
  readonly name: string;
  readonly code: ErrorCode;
  readonly behave: (socket: Socket) => void;
  /** The plane never ends this by itself: only the deadline does. */
  readonly endless?: boolean;
}

/** MEASUREMENTS 2.10: what breaks between a client and a plane. All of it is transient, and after a write nobody knows what the plane did. */
const FAULTS: readonly Fault[] = [
  { name: 'a reset before the headers', code: 'PLANE_UNREACHABLE', behave: (socket) => socket.resetAndDestroy() },
  {
    name: 'a reset amid the headers',
    code: 'PLANE_UNREACHABLE',
    behave: sendThenReset('HTTP/1.1 200 OK\r\nContent-Ty'),
  },
  { name: 'a reset after the headers', code: 'PLANE_ANSWER_INVALID', behave: sendThenReset(head(50) + '{"id":') },
  { name: 'a close without an answer', code: 'PLANE_UNREACHABLE', behave: (socket) => socket.end() },
  {
    name: 'garbage',
    code: 'PLANE_ANSWER_INVALID',
    behave: (socket) => socket.end('\u0016\u0003\u0001 hello?\r\n\r\n'),
  },
  { name: 'a page of HTML with status 200', code: 'PLANE_ANSWER_INVALID', behave: answer('<html>Back soon</html>') },
  { name: 'half a JSON with the right length', code: 'PLANE_ANSWER_INVALID', behave: answer('{"id":"42","na') },
  {
    name: 'half a JSON ended by a close',
    code: 'PLANE_ANSWER_INVALID',
    behave: (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n{"id":"4'),
  },
  {
    name: 'a body shorter than announced',
    code: 'PLANE_ANSWER_INVALID',
    behave: (socket) => socket.end(head(50) + '{"id":"42"}'),
  },
  { name: 'a body dripped byte by byte', code: 'DEADLINE_EXCEEDED', behave: drip, endless: true },
  { name: 'silence before the headers', code: 'DEADLINE_EXCEEDED', behave: () => undefined, endless: true },
  {
    name: 'silence amid the body',
    code: 'DEADLINE_EXCEEDED',
    behave: (socket) => socket.write(head(50) + '{"id"'),
    endless: true,
  },
];

describe('a plane that breaks', () => {
  for (const { name, code, behave, endless } of FAULTS) {
    const deadlineMs = endless ? 400 : 10_000;

    it(`${name}: a write is not sent again, and its outcome is unknown`, async () => {
      const plane = await givenWire(behave);
      const { ctx, audits } = givenContext();

      const error = await refusal(
        givenClient(plane, { deadlineMs }).request(ctx, {
          method: 'POST',
          url: 'mobileApps',
          json: { displayName: '7-Zip' },
        }),
        code,
      );

      expect(plane.ledger.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(['POST /v1.0/mobileApps']);
      expect(error.errorClass).to.equal('transient');
      expect(error.details).to.include({
        outcome: 'unknown',
        plane: 'intune',
        target: `${plane.host}/v1.0/mobileApps`,
        attempts: 1,
      });
      expect(audits).to.have.length(1);
      expect(audits[0]).to.include({ method: 'POST', errorClass: 'transient', attempt: 1 });
    });

    it(`${name}: a read is tried again as often as its time allows, and never taken for an answer`, async () => {
      const plane = await givenWire(behave);
      const { ctx, audits } = givenContext();

      const error = await refusal(
        givenClient(plane, { deadlineMs }).request(ctx, { method: 'GET', url: 'mobileApps' }),
        code,
      );

      expect(plane.ledger).to.have.length(endless ? 1 : 4);
      expect(audits).to.have.length(plane.ledger.length);
      expect(error.errorClass).to.equal('transient');
      expect(error.details).not.to.have.property('outcome');
    });
  }

  it('an empty 200 is no answer to a question', async () => {
    const plane = await givenWire(answer(''));
    const error = await refusal(
      givenClient(plane).request(givenContext().ctx, { method: 'GET', url: 'mobileApps' }),
      'PLANE_ANSWER_INVALID',
    );
    expect(error.errorClass).to.equal('transient');
  });

  it('an empty 200 is an answer to a write, unless the plugin needs its body', async () => {
    const plane = await givenWire(answer(''));
    const client = givenClient(plane);
    const { ctx } = givenContext();

    const { status, body } = await client.request(ctx, { method: 'POST', url: 'assign', json: {} });
    expect({ status, body }).to.deep.equal({ status: 200, body: undefined });

    const needed = client.request(ctx, { method: 'POST', url: 'mobileApps', json: {}, bodyRequired: true });
    expect((await refusal(needed, 'PLANE_ANSWER_INVALID')).details).to.include({ outcome: 'unknown' });
    expect(plane.ledger).to.have.length(2);
  });

  it('a broken answer that already said no means no', async () => {
    const plane = await givenWire(sendThenReset('HTTP/1.1 404 Not Found\r\nContent-Length: 50\r\n\r\n{"error'));
    await refusal(
      givenClient(plane).request(givenContext().ctx, { method: 'GET', url: 'mobileApps/1' }),
      'PLANE_OBJECT_MISSING',
    );
    expect(plane.ledger).to.have.length(1);
  });

  it('a plane that is not there was sent nothing, so that even a write is tried again', async () => {
    const plane = await givenWire(() => undefined);
    const { ctx, audits } = givenContext();
    const client = givenClient({ ...plane, host: '127.0.0.1:1', baseUrl: 'http://127.0.0.1:1' });

    const error = await refusal(
      client.request(ctx, { method: 'POST', url: 'mobileApps', json: {} }),
      'PLANE_UNREACHABLE',
    );

    expect(error.details).to.include({ network_code: 'ECONNREFUSED', attempts: 4 }).and.not.have.property('outcome');
    expect(audits).to.have.length(4);
  });

  it('the unknown outcome of an earlier attempt is still told when a later one is refused', async () => {
    const plane = await givenWire((socket, count) =>
      count === 1 ? socket.resetAndDestroy() : answer('{"error":{"message":"exists"}}', '409 Conflict')(socket),
    );
    const work = givenClient(plane).request(givenContext().ctx, {
      method: 'PUT',
      url: 'x',
      json: {},
      replayable: true,
    });
    expect((await refusal(work, 'PLANE_CONFLICT')).details).to.include({
      outcome: 'unknown',
      attempts: 2,
      status_code: 409,
    });
  });

  it('an answer without end is cut off at its limit', async () => {
    const plane = await givenWire(answer(JSON.stringify('x'.repeat(5000))));
    const work = givenClient(plane, { maxAnswerBytes: 1000 }).request(givenContext().ctx, { method: 'GET', url: 'x' });
    expect((await refusal(work, 'PLANE_ANSWER_INVALID')).details).to.include({ network_code: 'ANSWER_TOO_LARGE' });
    expect(plane.ledger).to.have.length(1);
  });
});

function head(length: number): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

function sendThenReset(text: string): (socket: Socket) => void {
  return (socket) => socket.write(text, () => setImmediate(() => socket.resetAndDestroy()));
}

function answer(body: string, status = '200 OK'): (socket: Socket) => void {
  return (socket) => socket.write(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function drip(socket: Socket): void {
  socket.write(head(1_000_000));
  const drop = setInterval(() => socket.write(' '), 10);
  socket.on('close', () => clearInterval(drop));
}
