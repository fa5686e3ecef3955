import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { expect } from 'chai';

import type { PlaneRequest } from '../../src/http/index.js';
import { givenClient, givenContext, givenPlane, json, refusal } from './given.js';

describe('a request', () => {
  it('carries the correlation id, says what it accepts, and takes headers of the plane and its own', async () => {
    const sent = await sendOne(
      { method: 'POST', url: 'x', json: { a: 1 }, headers: { Accept: 'application/xml', Prefer: 'wait' } },
      { 'X-Plane': 'p', Prefer: 'no' },
    );
    const id = givenContext().ctx.correlationId;
    expect(sent.headers).to.include({
      'client-request-id': id,
      'x-correlation-id': id,
      'content-type': 'application/json',
      accept: 'application/xml',
      prefer: 'wait',
      'x-plane': 'p',
      'user-agent': 'eucora-hub',
    });
  });

  it('encodes its query so that every server reads it', async () => {
    const { url } = await sendOne({
      method: 'GET',
      url: 'mobileApps?api=1',
      query: { $filter: "displayName eq 'Größe & 7+Zip'", $top: 5, all: true, id: ['a', 'b'], none: undefined },
    });
    expect(url).to.equal(
      '/v1.0/mobileApps?api=1&$filter=displayName%20eq%20%27Gr%C3%B6%C3%9Fe%20%26%207%2BZip%27&$top=5&all=true&id=a&id=b',
    );
  });

  it('keeps a signed address as it is', async () => {
    const { url } = await sendOne({
      method: 'GET',
      url: 'c/blob?sv=2024&sig=a%2Bb%2F%3D',
      query: { comp: 'block', blockid: 'MDA=' },
    });
    expect(url).to.equal('/v1.0/c/blob?sv=2024&sig=a%2Bb%2F%3D&comp=block&blockid=MDA%3D');
  });

  const bodies: [string, PlaneRequest['body'], string, string | undefined][] = [
    ['a string', 'grant_type=x', 'text/plain; charset=utf-8', '12'],
    ['bytes', new Uint8Array(Buffer.from('__grant_type=x')).subarray(2), 'application/octet-stream', '12'],
    ['a stream', Readable.from([Buffer.from('grant_'), Buffer.from('type=x')]), 'application/octet-stream', undefined],
  ];
  for (const [name, body, type, length] of bodies) {
    it(`sends ${name}`, async () => {
      const sent = await sendOne({ method: 'PUT', url: 'x', body });
      expect(sent.body).to.equal('grant_type=x');
      expect(sent.headers['content-type']).to.equal(type);
      expect(sent.headers['content-length']).to.equal(length);
    });
  }

  it('without a body says so and no type', async () => {
    const sent = await sendOne({ method: 'POST', url: 'commit' });
    expect(sent.headers['content-length']).to.equal('0');
    expect(sent.headers).not.to.have.property('content-type');
  });

  it('whose body cannot be read is not the plane to blame for', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const client = givenClient(plane);
    const { ctx } = givenContext();
    const body = {
      [Symbol.asyncIterator]: async function* () {
        yield Buffer.from('a');
        yield* await ctx.artifacts.open('0'.repeat(64));
      },
    };

    await refusal(client.request(ctx, { method: 'PUT', url: 'x', body, replayable: true }), 'ARTIFACT_NOT_FOUND');

    expect(client.breakerState).to.equal('closed');
  });

  it('answered before it was read closes its source, and the next one is not held up by it', async () => {
    let closed = false;
    const endless = async function* () {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        closed = true;
      }
    };
    const { createServer } = await import('node:http');
    const server = createServer((request, response) =>
      request.method === 'PUT' ? json(response, 413, {}) : json(response, 200, {}),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address() as { port: number };
    const host = `127.0.0.1:${address.port}`;
    const client = givenClient({ host, baseUrl: `http://${host}`, ledger: [], sockets: new Set() }, { concurrency: 1 });
    const { ctx } = givenContext();

    await client.request(ctx, { method: 'PUT', url: 'x', body: endless() }).catch((error: Error) => error);
    await client.request(ctx, { method: 'GET', url: 'x' });

    expect(closed).to.equal(true);
    client.close();
    server.closeAllConnections();
    server.close();
  });
});

describe('an answer', () => {
  it('is JSON unless told otherwise', async () => {
    expect((await answered('{"id":"42"}')).body).to.deep.equal({ id: '42' });
    expect((await answered('\uFEFF{"id":"42"}')).body).to.deep.equal({ id: '42' });
    expect((await answered('null')).body).to.equal(null);
    expect((await answered('')).status).to.equal(204);
  });

  it('is text, bytes or nothing where that was asked for', async () => {
    expect((await answered('<html>', { answer: 'text' })).body).to.equal('<html>');
    expect((await answered('abc', { answer: 'bytes' })).body).to.deep.equal(new Uint8Array([97, 98, 99]));
    expect((await answered('<html>', { answer: 'none' })).body).to.equal(undefined);
    expect((await answered('{}', { method: 'HEAD' })).body).to.equal(undefined);
  });

  it('is unpacked', async () => {
    const packed = gzipSync('{"id":"42"}');
    const plane = await givenPlane((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    );
    expect((await givenClient(plane).request(givenContext().ctx, { method: 'GET', url: 'x' })).body).to.deep.equal({
      id: '42',
    });
  });

  it('comes with its headers in lower case', async () => {
    expect((await answered('{}')).headers).to.include({ 'x-plane-request': 'a1' });
  });
});

describe('the connection', () => {
  it('is kept and used again', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const client = givenClient(plane);
    const { ctx } = givenContext();
    for (let n = 0; n < 5; n += 1) await client.request(ctx, { method: 'GET', url: 'x' });
    expect(plane.sockets.size).to.equal(1);
  });

  it('ends with the client: what is under way is finished, what comes later is refused', async () => {
    const plane = await givenPlane(async (_request, response) => {
      client.close();
      await new Promise(setImmediate);
      json(response, 200, { done: true });
    });
    const client = givenClient(plane);
    const { ctx } = givenContext();

    expect((await client.request(ctx, { method: 'GET', url: 'x' })).body).to.deep.equal({ done: true });
    const error = await refusal(client.request(ctx, { method: 'GET', url: 'x' }), 'NOT_CONNECTED');

    expect(error.message).to.contain('intune');
    for (const socket of plane.sockets)
      if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  });

  it('is kept for so many hosts and no more', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const dead = Array.from({ length: 70 }, (_, n) => `127.0.1.${n + 1}:1`);
    const client = givenClient(plane, { hosts: [plane.host, ...dead], maxAttempts: 1 });
    const { ctx } = givenContext();
    for (const host of dead)
      await refusal(client.request(ctx, { method: 'GET', url: `http://${host}/x` }), 'PLANE_UNREACHABLE');
    expect((await client.request(ctx, { method: 'GET', url: 'x' })).status).to.equal(200);
  });
});

async function sendOne(request: PlaneRequest, headers: Record<string, string> = {}) {
  const plane = await givenPlane((_request, response) => json(response, 200, {}));
  await givenClient(plane, { headers }).request(givenContext().ctx, request);
  const [sent] = plane.ledger;
  return sent ?? expect.fail('nothing was sent');
}

async function answered(text: string, over: Partial<PlaneRequest> = {}) {
  const plane = await givenPlane((_request, response) =>
    response.writeHead(text ? 200 : 204, { 'X-Plane-Request': 'a1' }).end(text),
  );
  return givenClient(plane).request(givenContext().ctx, { method: 'GET', url: 'x', ...over });
}
