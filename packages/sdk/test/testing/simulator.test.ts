import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import {
  createSimulatorServer,
  json,
  quota,
  route,
  send,
  virtualClock,
  type SimulatorOptions,
  type SimulatorServer,
} from '@eucora/sdk/testing';
import { expect } from 'chai';

interface Notes {
  readonly texts: string[];
}

describe('a simulator', () => {
  let server: SimulatorServer<Notes>;
  afterEach(() => server.close());

  describe('answers over HTTP', () => {
    it('with the route that fits, its parameters decoded', async () => {
      server = await givenServer();
      const answer = await call('GET', "/jobs('a%20b')/parts/7?x=1&x=2");
      expect(answer).to.deep.equal({ status: 200, body: { id: 'a b', part: '7', x: '2' } });
      expect((await call('GET', '/jobs(%27a%27)/parts/1')).body).to.deep.equal({ id: 'a', part: '1' });
      expect((await call('GET', '/files/a/b/c.txt')).body).to.deep.equal({ path: 'a/b/c.txt' });
    });

    it('404 and 405 where there is nothing', async () => {
      server = await givenServer();
      expect((await call('GET', '/nowhere')).status).to.equal(404);
      expect((await call('DELETE', '/notes')).status).to.equal(405);
      expect((await call('GET', '/jobsX/parts')).status).to.equal(404);
    });

    it('in the plane’s own words where it has some', async () => {
      server = await givenServer({ notFound: ({ path }) => send(404, `no ${path}`) });
      expect(await call('GET', '/nowhere')).to.deep.equal({ status: 404, body: 'no /nowhere' });
    });

    it('bytes, forms and streams', async () => {
      server = await givenServer();
      const bytes = randomBytes(300_000);
      const up = await fetch(`${server.url}/bytes`, { method: 'PUT', body: bytes });
      expect(await up.json()).to.deep.equal({ length: 300_000 });
      const form = await fetch(`${server.url}/token`, { method: 'POST', body: new URLSearchParams({ grant: 'x' }) });
      expect(await form.json()).to.deep.equal({ grant: 'x' });
      const down = await fetch(`${server.url}/stream`);
      expect((await down.arrayBuffer()).byteLength).to.equal(200_000);
    });

    it('400 to JSON that is none, and 500 when a route fails', async () => {
      server = await givenServer();
      const headers = { 'content-type': 'application/json' };
      const malformed = await fetch(`${server.url}/notes`, { method: 'POST', headers, body: '{"a":' });
      expect(malformed.status).to.equal(400);
      expect((await call('GET', '/broken')).status).to.equal(500);
    });

    it('requests within a request, recorded like others', async () => {
      server = await givenServer();
      const { body } = await call('POST', '/batch', [
        { method: 'POST', url: '/notes', body: { text: 'inner' } },
        { method: 'GET', url: '/nowhere' },
      ]);
      expect(body).to.deep.equal([201, 404]);
      expect(server.state.texts).to.deep.equal(['inner']);
      expect(server.writes).to.equal(1);
      expect(server.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).to.deep.equal([
        'POST /batch 200',
        'POST /notes 201',
        'GET /nowhere 404',
      ]);
    });

    it('on the port that it was told, and says when that is taken', async () => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      const { port } = taken.address() as { port: number };
      const refusal = await givenServer({ port }).catch((cause: NodeJS.ErrnoException) => cause.code);
      expect(refusal).to.equal('EADDRINUSE');
      await new Promise((resolve) => taken.close(resolve));
      server = await givenServer({ port });
      expect(server.port).to.equal(port);
    });
  });

  describe('guards its door', () => {
    const authenticate: SimulatorOptions<Notes>['authenticate'] = ({ headers }) =>
      headers.authorization === 'Bearer good' ? undefined : json(401, { error: { code: 'Unauthorized' } });

    it('and leaves open what is open', async () => {
      server = await givenServer({ authenticate });
      expect((await call('POST', '/notes', { text: 'x' })).status).to.equal(401);
      const form = await fetch(`${server.url}/token`, { method: 'POST', body: new URLSearchParams({ grant: 'x' }) });
      expect(form.status).to.equal(200);
      expect(server.state.texts).to.deep.equal([]);
    });

    it('and remembers requests without their credentials', async () => {
      server = await givenServer({ authenticate });
      await fetch(`${server.url}/notes`, {
        method: 'POST',
        headers: { authorization: 'Bearer good', 'content-type': 'application/json' },
        body: '{"text":"x"}',
      });
      const [request] = server.requests;
      expect(request).to.include({ method: 'POST', path: '/notes', status: 201, write: true });
      expect(request?.body).to.deep.equal({ text: 'x' });
      expect(request?.headers.authorization).to.equal('Bearer …');
      expect(JSON.stringify(server.requests)).not.to.include('good');
    });

    it('and refuses what breaks the contract, each violation told and kept', async () => {
      const validate: SimulatorOptions<Notes>['validate'] = ({ body }) =>
        (body as { text?: string } | undefined)?.text ? [] : ['body must have a text'];
      server = await givenServer({ validate });
      const { status, body } = await call('POST', '/notes', { txt: 'x' });
      expect(status).to.equal(400);
      expect(body).to.have.nested.property('error.message', 'body must have a text');
      expect(server.violations).to.deep.equal(['POST /notes: body must have a text']);
      expect((await fetch(`${server.url}/bytes`, { method: 'PUT', body: 'unchecked' })).status).to.equal(200);
      expect(server.writes).to.equal(1);
    });

    it('and keeps no more requests than it was told', async () => {
      server = await givenServer({ keepRequests: 2 });
      for (const part of [1, 2, 3]) await call('GET', `/jobs('a')/parts/${part}`);
      expect(server.requests.map(({ path }) => path)).to.deep.equal(["/jobs('a')/parts/2", "/jobs('a')/parts/3"]);
    });
  });

  describe('can be told to fault', () => {
    beforeEach(async () => {
      server = await givenServer();
    });

    it('with any status, so many times, after so many', async () => {
      server.faults.inject({
        kind: 'status',
        status: 418,
        body: { tea: true },
        headers: { 'x-pot': '1' },
        skip: 1,
        times: 2,
      });
      const statuses: number[] = [];
      for (let n = 0; n < 4; n++) statuses.push((await call('POST', '/notes', { text: `${n}` })).status);
      expect(statuses).to.deep.equal([201, 418, 418, 201]);
      expect(server.state.texts).to.deep.equal(['0', '3']);
      server.faults.inject({ kind: 'status', status: 502 });
      expect(await call('GET', '/notes')).to.deep.equal({ status: 502, body: '' });
    });

    it('only for requests that match', async () => {
      server.faults.unavailable({ match: { method: 'post', path: '/notes' } });
      server.faults.unavailable({ match: { path: /parts/ } });
      server.faults.unavailable({ match: { path: "/jobs('{id}')/parts/{n}", writes: true } });
      expect((await call('GET', '/notes')).status).to.equal(200);
      expect((await call('POST', '/notes', { text: 'x' })).status).to.equal(503);
      expect((await call('GET', "/jobs('a')/parts/7")).status).to.equal(503);
      expect((await call('GET', "/jobs('a')/parts/7")).status).to.equal(200);
      expect(server.faults.waiting).to.equal(1);
      server.faults.clear();
      expect(server.faults.waiting).to.equal(0);
    });

    it('by throttling, with and without Retry-After', async () => {
      server.faults.throttle({ retryAfterSeconds: 17 });
      server.faults.throttle();
      const first = await fetch(`${server.url}/notes`);
      expect([first.status, first.headers.get('retry-after')]).to.deep.equal([429, '17']);
      const second = await fetch(`${server.url}/notes`);
      expect([second.status, second.headers.get('retry-after')]).to.deep.equal([429, null]);
    });

    it('by doing the work and dropping the connection', async () => {
      server.faults.acceptThenDropConnection();
      expect((await call('GET', '/notes')).status).to.equal(200);
      expect(await failureOf(call('POST', '/notes', { text: 'x' }))).to.equal('fetch failed');
      expect(server.state.texts).to.deep.equal(['x']);
      expect(server.requests.at(-1)).to.include({ fault: 'acceptThenDropConnection' });
      expect(server.requests.at(-1)).not.to.have.property('status');
    });

    it('by dropping the connection before the work', async () => {
      server.faults.drop();
      expect(await failureOf(call('POST', '/notes', { text: 'x' }))).to.equal('fetch failed');
      expect(server.state.texts).to.deep.equal([]);
    });

    it('by saying nothing', async () => {
      server.faults.inject({ kind: 'hang' });
      const ending = new AbortController();
      const asked = failureOf(fetch(`${server.url}/notes`, { method: 'POST', signal: ending.signal }));
      while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
      ending.abort(new Error('enough'));
      expect(await asked).to.equal('enough');
      expect(server.state.texts).to.deep.equal([]);
    });

    it('with a page of HTML, half an answer, a dripping one, and success without the deed', async () => {
      server.faults.html();
      server.faults.cutJson();
      server.faults.inject({ kind: 'drip', everyMs: 0 });
      server.faults.inject({ kind: 'wrongSuccess', status: 201, body: { id: '1' } });
      const html = await fetch(`${server.url}/notes`);
      expect([html.status, html.headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
      expect((await call('POST', '/notes', { text: 'cut' })).body).to.equal('{"texts"');
      expect((await call('POST', '/notes', { text: 'slow' })).body).to.deep.equal({ texts: ['cut', 'slow'] });
      expect((await call('POST', '/notes', { text: 'lost' })).body).to.deep.equal({ id: '1' });
      expect(server.state.texts).to.deep.equal(['cut', 'slow']);
    });

    it('with what it held when the fault began', async () => {
      await call('POST', '/notes', { text: 'before' });
      server.faults.staleRead({ times: 2 });
      await call('POST', '/notes', { text: 'after' });
      expect((await call('GET', '/notes')).body).to.deep.equal({ texts: ['before'] });
      expect((await call('GET', '/notes')).body).to.deep.equal({ texts: ['before'] });
      expect((await call('GET', '/notes')).body).to.deep.equal({ texts: ['before', 'after'] });
    });
  });

  it('tells of a write after it was done and before it is answered', async () => {
    server = await givenServer();
    const told: string[] = [];
    const end = server.onAccepted(
      ({ method, path, status }) => void told.push(`${method} ${path} ${status} ${server.state.texts.length}`),
    );
    await call('POST', '/notes', { text: 'x' });
    await call('GET', '/notes');
    end();
    await call('POST', '/notes', { text: 'y' });
    expect(told).to.deep.equal(['POST /notes undefined 1']);
  });

  it('keeps a ledger of its own', async () => {
    server = await givenServer();
    await call('POST', '/notes', { text: 'x' });
    expect(server.ledger.entries).to.deep.equal([
      { at: '2026-01-05T08:00:00.000Z', kind: 'note_added', object: 'x', detail: { total: 1 } },
    ]);
    expect(server.ledger.count('note_added')).to.equal(1);
    expect(server.ledger.count('note_removed')).to.equal(0);
  });

  describe('can be governed over HTTP', () => {
    beforeEach(async () => {
      server = await givenServer();
    });

    it('to fault, and to stop faulting', async () => {
      const fault = {
        kind: 'throttle',
        retry_after_seconds: 9,
        times: 0,
        match: { path_pattern: '^/no', writes: false },
      };
      expect(await call('POST', '/__simulator/faults', fault)).to.deep.equal({ status: 201, body: { waiting: 1 } });
      for (let n = 0; n < 3; n++) expect((await fetch(`${server.url}/notes`)).headers.get('retry-after')).to.equal('9');
      expect((await call('DELETE', '/__simulator/faults')).body).to.deep.equal({ waiting: 0 });
      expect((await call('GET', '/notes')).status).to.equal(200);

      await call('POST', '/__simulator/faults', { kind: 'accept_then_drop_connection', match: { method: 'POST' } });
      expect(await failureOf(call('POST', '/notes', { text: 'x' }))).to.equal('fetch failed');
      expect(server.state.texts).to.deep.equal(['x']);
    });

    it('to tell what it saw', async () => {
      await call('POST', '/notes', { text: 'x' });
      expect((await call('GET', '/__simulator/ledger')).body).to.have.nested.property('entries[0].kind', 'note_added');
      expect((await call('GET', '/__simulator/requests')).body).to.have.property('writes', 1);
      expect((await call('GET', '/__simulator/violations')).body).to.deep.equal({ violations: [] });
    });

    it('to move its clock', async () => {
      expect((await call('POST', '/__simulator/clock/advance', { ms: 60_000 })).body).to.deep.equal({
        now: '2026-01-05T08:01:00.000Z',
      });
      expect((await call('GET', '/__simulator/clock')).body).to.deep.equal({ now: '2026-01-05T08:01:00.000Z' });
    });

    it('and refuses what it does not understand', async () => {
      expect((await call('POST', '/__simulator/faults', { kind: 'earthquake' })).status).to.equal(400);
      expect((await call('POST', '/__simulator/faults')).status).to.equal(400);
      expect((await call('POST', '/__simulator/clock/advance', { ms: -1 })).status).to.equal(400);
      expect((await call('GET', '/__simulator/magic')).status).to.equal(404);
    });
  });

  it('does not move real time', async () => {
    server = await createSimulatorServer<Notes>({ name: 'notes', routes: [] });
    expect((await call('POST', '/__simulator/clock/advance', { ms: 1 })).status).to.equal(409);
  });

  async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    try {
      return { status: answer.status, body: JSON.parse(text) };
    } catch {
      return { status: answer.status, body: text };
    }
  }
});

describe('a quota', () => {
  it('lets so many through in any window, and says when the next may come', async () => {
    const clock = virtualClock();
    const limit = quota({ requests: 2, perMs: 10_000, clock });
    expect(limit('app')).to.equal(undefined);
    await clock.advance(4_000);
    expect(limit('app')).to.equal(undefined);
    expect(limit('app')).to.deep.include({ status: 429 });
    expect(limit('app')?.headers?.['retry-after']).to.equal('6');
    expect(limit('another')).to.equal(undefined);
    await clock.advance(6_000);
    expect(limit('app')).to.equal(undefined);
    expect(limit('app')?.headers?.['retry-after']).to.equal('4');
  });

  it('refuses in the plane’s own words', () => {
    const limit = quota({
      requests: 0,
      perMs: 1_000,
      clock: virtualClock(),
      refuse: (after) => send(420, `in ${after}`),
    });
    expect(limit()).to.deep.equal({ status: 420, headers: {}, body: 'in 1' });
  });
});

async function givenServer(options: Partial<SimulatorOptions<Notes>> = {}): Promise<SimulatorServer<Notes>> {
  const server: SimulatorServer<Notes> = await createSimulatorServer<Notes>({
    name: 'notes',
    clock: virtualClock(),
    state: { texts: [] },
    routes: [
      route('GET', '/notes', ({ state }) => json(200, state)),
      route('POST', '/notes', ({ state, body }) => {
        const { text } = body as { text: string };
        state.texts.push(text);
        server.ledger.record('note_added', text, { total: state.texts.length });
        return json(201, state);
      }),
      route('GET', "/jobs('{id}')/parts/{n}", ({ params, query }) =>
        json(200, { id: params.id, part: params.n, x: query.x }),
      ),
      route('GET', '/files/{path*}', ({ params }) => json(200, params)),
      route('PUT', '/bytes', ({ body }) => json(200, { length: (body as Buffer).length }), { unchecked: true }),
      route('POST', '/token', ({ form }) => json(200, Object.fromEntries(form!)), { open: true, reads: true }),
      route('GET', '/stream', ({ send: answer }) => answer(200, pieces())),
      route('GET', '/broken', () => {
        throw new Error('a bug of the simulator');
      }),
      route(
        'POST',
        '/batch',
        async ({ body, dispatch }) => {
          const answers = [];
          for (const inner of body as { method: string; url: string; body?: unknown }[])
            answers.push(await dispatch(inner));
          return json(
            200,
            answers.map(({ status }) => status),
          );
        },
        { reads: () => true },
      ),
    ],
    ...options,
  });
  return server;
}

async function* pieces(): AsyncIterable<Uint8Array> {
  for (let n = 0; n < 4; n++) yield Buffer.alloc(50_000);
}

const failureOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it succeeded',
    (cause: Error) => cause.message,
  );
