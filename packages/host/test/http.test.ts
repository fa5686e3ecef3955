import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { protection, refusingOtherNames } from '../src/http/guard.js';
import { readBody } from '../src/http/read-body.js';
import { askRaw, failsWith, givenRoutes, givenStorage, leftovers, thrownBy } from './given.js';

describe('every request', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('needs the token, but for health, the schema and its page', async () => {
    const { ask } = await givenRoutes(left);
    for (const authorization of [undefined, 'Bearer wrong', 'Basic abc', 'Bearer ']) {
      const answer = await ask('GET', '/api/packages/', undefined, { authorization });
      expect(answer.status).to.equal(401);
      expect(answer.body.code).to.equal('UNAUTHENTICATED');
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer realm="eucora"');
    }
    expect((await ask('GET', '/metrics', undefined, { authorization: undefined })).status).to.equal(401);
    for (const path of [
      '/healthz',
      '/readyz',
      '/api/schema/',
      '/api/docs/',
      '/api/docs/console.js',
      '/api/docs/style.css',
    ])
      expect((await ask('GET', path, undefined, { authorization: undefined })).status, path).to.equal(200);
  });

  it('is for a loopback name, so that no page of the web can speak through a browser', async () => {
    const { url, token } = await givenRoutes(left);
    const asking = (host: string) =>
      askRaw(url, { path: '/api/packages/', headers: { host, authorization: `Bearer ${token}` } });

    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '10.0.0.1'])
      expect(await asking(host), host).to.equal(421);
    for (const host of ['localhost', 'LOCALHOST:8780', '127.0.0.1:1', '[::1]:8780'])
      expect(await asking(host), host).to.equal(200);
  });

  it('names things in the characters that names have', async () => {
    const { ask } = await givenRoutes(left);

    for (const path of [
      '/api/runs/a%00b/',
      '/api/packages/?after=%00',
      `/api/runs/${'x'.repeat(600)}/`,
      '/api/drift/?after=%1f',
    ])
      expect((await ask('GET', path)).body.code, path).to.equal('INPUT_INVALID');
    expect((await ask('GET', '/api/runs/%zz/')).status).to.be.within(400, 499);
  });

  it('is answered with and without the slash at the end', async () => {
    const { ask } = await givenRoutes(left);

    for (const path of ['/api/packages', '/api/packages/', '/healthz/', '/api/schema', '/api/events/verify'])
      expect((await ask('GET', path)).status, path).to.equal(200);
  });

  it('says where there is nothing, and what an address takes', async () => {
    const { ask } = await givenRoutes(left);

    const nothing = await ask('GET', '/api/nothing?x=1');
    expect(nothing.body).to.include({
      status: 404,
      code: 'NOT_FOUND',
      instance: '/api/nothing',
      error_class: 'permanent',
    });
    const wrong = await ask('PUT', '/api/packages/');
    expect(wrong.body).to.include({ status: 405, code: 'NOT_FOUND' });
    expect(wrong.headers.get('allow')).to.equal('POST, GET');
  });

  it('carries its correlation id back, the given one where it can be stored', async () => {
    const { ask } = await givenRoutes(left);
    const idOf = async (given?: string) =>
      (await ask('GET', '/api/packages/', undefined, { 'x-correlation-id': given })).headers.get('x-correlation-id');

    expect(await idOf('change-4711')).to.equal('change-4711');
    expect(await idOf('no good/')).to.match(/^[0-9a-f-]{36}$/);
    expect(await idOf()).to.match(/^[0-9a-f-]{36}$/);
    expect((await ask('GET', '/api/nothing', undefined, { 'x-correlation-id': 'c-1' })).body.correlation_id).to.equal(
      'c-1',
    );
  });

  it('gets headers that keep browsers from guessing', async () => {
    const { ask } = await givenRoutes(left);

    const { headers } = await ask('GET', '/api/packages/');

    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.get('content-security-policy')).to.include("default-src 'none'");
    expect(headers.get('cache-control')).to.equal('no-store');
    expect(headers.get('permissions-policy')).to.include('camera=()');
    expect(headers.get('strict-transport-security')).to.equal(null);
    expect(headers.get('x-powered-by')).to.equal(null);
  });

  it('holds browsers to TLS where that is how this host is reached', () => {
    const headersFor = (publicUrl: string) => {
      const set = new Map<string, string>();
      const response = { setHeader: (name: string, value: string) => set.set(name, value) };
      protection({ publicUrl })(response as unknown as ServerResponse);
      return set;
    };

    expect(headersFor('https://hub.example').get('Strict-Transport-Security')).to.equal('max-age=31536000');
    expect(headersFor('http://127.0.0.1:8780').has('Strict-Transport-Security')).to.equal(false);
  });

  it('may be for a public name, once that was given', () => {
    const refuse = refusingOtherNames({ publicHosts: ['hub.example', '[2001:db8::1]'] });

    for (const host of ['hub.example', 'HUB.example:8443', '[2001:db8::1]:80', 'localhost']) refuse({ host });
    for (const host of ['evil.example', 'hub.example.evil.example', 'xhub.example', undefined])
      expect(
        thrownBy(() => refuse({ host })),
        host,
      ).to.include({ code: 'FORBIDDEN', statusCode: 421 });
  });
});

describe('a body', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  const INTENTS = '/api/deployments/intents/';

  it('is checked, and every mistake is named by its path', async () => {
    const { ask } = await givenRoutes(left);

    const { body } = await ask('POST', INTENTS, {
      packge_key: 'a@1/windows',
      planes: 'sandbox',
      rings: [{ ring: 'lab' }],
    });

    expect(body).to.include({ status: 400, code: 'INPUT_INVALID' });
    expect(body.details.fields).to.deep.equal([
      { path: 'package_key', message: 'is missing' },
      { path: 'packge_key', message: 'is not known; did you mean package_key?' },
      { path: 'planes', message: 'must be array' },
      { path: 'rings[0].scopes', message: 'is missing' },
    ]);
    expect(body.remedy).to.include('/api/docs/');
  });

  for (const [what, sent, type] of [
    ['cut JSON', '{"id": ', 'application/json'],
    ['text for JSON', 'hello', 'application/json'],
    ['broken YAML', 'a: [1, 2', 'application/yaml'],
    ['YAML that doubles itself', aliases(), 'application/yaml'],
    ['__proto__', '{"__proto__": {"admin": true}}', 'application/json'],
    ['U+0000', '{"id": "a\\u0000b"}', 'application/json'],
    ['half a character', '{"planes": ["\\ud800"]}', 'application/json'],
    ['nesting without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'application/json'],
    ['YAML nested by brackets', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 'application/yaml'],
    ['YAML nested by dashes', '- '.repeat(30_000), 'application/yaml'],
    ['YAML nested by indentation', indented(), 'application/yaml'],
  ] as const) {
    it(`is refused as malformed: ${what}`, async () => {
      const { ask } = await givenRoutes(left);

      const { body } = await ask('POST', INTENTS, sent, { 'content-type': type });

      expect(body).to.include({ status: 400, code: 'BODY_MALFORMED', error_class: 'permanent' });
      expect(body.detail).to.not.include('\n');
    });
  }

  it('that is large YAML is to be sent as JSON', async () => {
    const { ask } = await givenRoutes(left);

    const { body } = await ask('POST', INTENTS, `id: ${'x'.repeat(70_000)}`, { 'content-type': 'application/yaml' });

    expect(body).to.include({ status: 413, code: 'BODY_TOO_LARGE', remedy: 'Send it as JSON, or send less.' });
  });

  it('of another media type is refused', async () => {
    const { ask } = await givenRoutes(left);

    const { body } = await ask('POST', INTENTS, '<a/>', { 'content-type': 'text/xml' });

    expect(body).to.include({
      status: 415,
      code: 'BODY_MALFORMED',
      remedy: 'Send application/json or application/yaml.',
    });
  });

  it('may be YAML', async () => {
    const { ask } = await givenRoutes(left, {
      reconcile: async ({ intentId }) => ({ intents: Number(intentId), orders: 0, drift: [], unreachable: [] }),
    });

    const { body } = await ask('POST', '/api/reconcile/', 'intent_id: "7"\n', { 'content-type': 'application/yaml' });

    expect(body).to.include({ intents: 7, status_code: 200 });
  });

  it('may be left out where nothing in it is needed', async () => {
    const { ask } = await givenRoutes(left, {
      reconcile: async () => ({ intents: 0, orders: 0, drift: [], unreachable: [] }),
    });

    expect((await ask('POST', '/api/reconcile/')).status).to.equal(200);
    expect((await ask('POST', INTENTS)).body.code).to.equal('INPUT_INVALID');
    expect((await ask('POST', INTENTS, 'null')).body.details.fields).to.not.be.empty;
    expect((await ask('POST', INTENTS, '[]')).body.details.fields).to.deep.equal([
      { path: '', message: 'must be object' },
    ]);
  });

  it('over 1 MiB is refused, announced or not, and the sender gets to read why', async () => {
    const { ask, url, token } = await givenRoutes(left);
    const large = JSON.stringify({ id: 'x'.repeat(3 * 1024 * 1024) });

    expect((await ask('POST', INTENTS, large)).body).to.include({ status: 413, code: 'BODY_TOO_LARGE' });

    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(64 * 1024)));
        controller.close();
      },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(new URL(INTENTS, url), {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    });
    expect(response.status).to.equal(413);
  });

  it('of a size beyond all patience is refused by its announcement alone', async () => {
    const { url, token } = await givenRoutes(left);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${INTENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Length: 99999999999\r\n\r\n{`,
    );

    expect(await text(socket)).to.match(/^HTTP\/1.1 413 [^]*"code":"BODY_TOO_LARGE"/);
  });

  it('that comes too slowly is refused, and the connection let go', async () => {
    const server = createServer((request, response) => {
      readBody(request, 20).then(
        () => response.end('read'),
        ({ statusCode, message }: EucoraError) => response.writeHead(statusCode, { connection: 'close' }).end(message),
      );
    });
    left.keep(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"id":');

    expect(await text(socket)).to.match(/^HTTP\/1.1 408 [^]*the body did not arrive within 0\.02 s/);
  });

  it('that ends early leaves nothing and no error of ours', async () => {
    const { url, token, log, ask } = await givenRoutes(left);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve) => {
      socket.write(
        `POST ${INTENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n{"id":`,
        () => socket.destroy(),
      );
      socket.once('close', () => resolve());
    });

    expect((await ask('GET', INTENTS)).body.items).to.deep.equal([]);
    expect(log.join('')).to.not.include('nobody foresaw');
  });
});

describe('a problem', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('is of RFC 9457 and says what to do', async () => {
    const { ask } = await givenRoutes(left, { intent: failsWith('INTENT_NOT_FOUND', { intent: 'i' }) });

    const { status, headers, body } = await ask('GET', '/api/deployments/intents/i/', undefined, {
      'x-correlation-id': 'c',
    });

    expect(status).to.equal(404);
    expect(headers.get('content-type')).to.equal('application/problem+json');
    expect(body).to.deep.equal({
      type: 'docs/errors.md#intent_not_found',
      title: 'No such intent.',
      status: 404,
      detail: 'the hub said INTENT_NOT_FOUND',
      instance: '/api/deployments/intents/i/',
      code: 'INTENT_NOT_FOUND',
      status_code: 404,
      error_class: 'permanent',
      correlation_id: 'c',
      remedy: 'eucora intents list shows what is there.',
      details: { intent: 'i' },
    });
  });

  it('asks to come back where that helps', async () => {
    const { ask } = await givenRoutes(left, { intents: failsWith('STORAGE_UNAVAILABLE') });

    const { status, headers } = await ask('GET', '/api/deployments/intents/');

    expect(status).to.equal(503);
    expect(headers.get('retry-after')).to.equal('5');
  });

  it('that nobody foresaw tells the log everything and the caller nothing', async () => {
    const broken = async () => {
      throw new TypeError('undefined is not the connection string postgres://user:pw@db');
    };
    const { ask, log } = await givenRoutes(left, { packages: broken });

    const { status, body, text: answer } = await ask('GET', '/api/packages/', undefined, { 'x-correlation-id': 'c-9' });

    expect(status).to.equal(500);
    expect(body).to.include({
      code: 'INTERNAL',
      error_class: 'transient',
      detail: 'Something that we did not foresee.',
    });
    expect(answer).to.not.include('postgres://').and.not.include('TypeError');
    const line = JSON.parse(log.at(-1)!) as { correlation_id: string; err: { stack: string } };
    expect(line.correlation_id).to.equal('c-9');
    expect(line.err.stack).to.include('TypeError');
  });

  it('is what everybody gets while the host stops, health aside', async () => {
    const { ask, readiness } = await givenRoutes(left);
    readiness.stop();

    const refused = await ask('GET', '/api/packages/');
    expect(refused.body).to.include({ status: 503, code: 'SHUTTING_DOWN' });
    expect(refused.headers.get('retry-after')).to.equal('5');
    expect((await ask('GET', '/healthz')).status).to.equal(200);
    const ready = await ask('GET', '/readyz');
    expect(ready.status).to.equal(503);
    expect(ready.body).to.include({ ready: false, stopping: true });
  });

  it('of the storage shows in the readiness', async () => {
    const full = { ...givenStorage(), ready: async () => Promise.reject(new Error('no room left')) };
    const { ask } = await givenRoutes(left, {}, full);

    const { status, body } = await ask('GET', '/readyz');

    expect(status).to.equal(503);
    expect(body).to.deep.include({ ready: false, storage: { healthy: false, detail: 'no room left' } });
  });

  it('of any kind is counted', async () => {
    const { ask } = await givenRoutes(left);
    await ask('GET', '/api/runs/nothing/');
    await ask('GET', '/api/nothing/');

    const { text: figures } = await ask('GET', '/metrics');

    expect(figures).to.include(
      'eucora_http_requests_total{route="/api/runs/{correlation_id}/",method="GET",status="404"} 1',
    );
    expect(figures).to.include('eucora_http_requests_total{route="none",method="GET",status="404"} 1');
    expect(figures).to.include('process_cpu_seconds_total');
  });
});

/** The billion laughs, in YAML. */
function aliases(): string {
  const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++) rows.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  return rows.join('\n');
}

function indented(): string {
  return Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
}
