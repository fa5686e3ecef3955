import { expect } from 'chai';

import type { Context } from '../../src/context.js';
import { EucoraError } from '../../src/errors.js';
import { planeHttp, rememberToken, type TokenSource } from '../../src/http/index.js';
import { givenClient, givenContext, givenPlane, json, refusal } from './given.js';

describe('the bearer token', () => {
  it('goes with every request', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx } = givenContext();
    await givenClient(plane, { authorize: tokens('first') }).request(ctx, { method: 'GET', url: 'x' });
    expect(plane.ledger[0]?.headers.authorization).to.equal('Bearer first');
  });

  it('is renewed once when it is refused, and the request is made once more, even a write', async () => {
    const plane = await givenPlane(({ headers }, response) =>
      json(response, headers.authorization === 'Bearer second' ? 201 : 401, {}),
    );
    const { ctx, audits, waits } = givenContext();

    const client = givenClient(plane, { authorize: tokens('first', 'second') });
    const { status } = await client.request(ctx, { method: 'POST', url: 'mobileApps', json: { a: 1 } });

    expect(status).to.equal(201);
    expect(plane.ledger.map(({ body }) => body)).to.deep.equal(['{"a":1}', '{"a":1}']);
    expect(audits.map(({ attempt, statusCode }) => [attempt, statusCode])).to.deep.equal([
      [1, 401],
      [2, 201],
    ]);
    expect(waits).to.deep.equal([]);
  });

  it('is not renewed a second time', async () => {
    const plane = await givenPlane((_request, response) => json(response, 401, {}));
    const { ctx } = givenContext();
    const client = givenClient(plane, { authorize: tokens('first', 'second', 'third') });

    const error = await refusal(client.request(ctx, { method: 'GET', url: 'x' }), 'PLANE_UNAUTHENTICATED');

    expect(error.errorClass).to.equal('permanent');
    expect(plane.ledger.map(({ headers }) => headers.authorization)).to.deep.equal(['Bearer first', 'Bearer second']);
  });

  it('is not renewed a second time either when the plugin has 401 tried again', async () => {
    const plane = await givenPlane((_request, response) => json(response, 401, {}));
    const { ctx } = givenContext();
    const authorize = tokens('first', 'second', 'third');
    const client = givenClient(plane, { authorize, maxAttempts: 3, classify: () => ({ errorClass: 'transient' }) });

    await refusal(client.request(ctx, { method: 'GET', url: 'x' }), 'PLANE_UNAUTHENTICATED');

    expect(plane.ledger.map(({ headers }) => headers.authorization)).to.deep.equal([
      'Bearer first',
      'Bearer second',
      'Bearer second',
      'Bearer second',
    ]);
  });

  it('is not fetched for an anonymous request', async () => {
    const plane = await givenPlane((_request, response) => json(response, 401, {}));
    const { ctx } = givenContext();
    const request = { method: 'GET', url: 'x', anonymous: true } as const;
    await refusal(givenClient(plane, { authorize: tokens() }).request(ctx, request), 'PLANE_UNAUTHENTICATED');
    expect(plane.ledger).to.have.length(1);
    expect(plane.ledger[0]?.headers).not.to.have.property('authorization');
  });

  it('may come through the same client, though there is but one slot', async () => {
    const plane = await givenPlane(({ url }, response) =>
      json(response, 200, url === '/token' ? { access_token: 'fetched' } : {}),
    );
    const client = givenClient(plane, {
      concurrency: 1,
      authorize: {
        async token(ctx) {
          const url = `${plane.baseUrl}/token`;
          const request = { method: 'POST', url, anonymous: true, readOnlySafe: true } as const;
          return (await client.request<{ access_token: string }>(ctx, request)).body.access_token;
        },
      },
    });
    await client.request(givenContext({ readOnly: true }).ctx, { method: 'GET', url: 'x' });
    expect(plane.ledger.map(({ url, headers }) => [url, headers.authorization])).to.deep.equal([
      ['/token', undefined],
      ['/v1.0/x', 'Bearer fetched'],
    ]);
  });

  it('that cannot be had is its own error, and a token service that hangs is bounded', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx } = givenContext();
    const without = { token: () => Promise.reject(new EucoraError('SECRET_NOT_FOUND', { what: 'env:KEY' })) };
    await refusal(
      givenClient(plane, { authorize: without }).request(ctx, { method: 'GET', url: 'x' }),
      'SECRET_NOT_FOUND',
    );

    const hanging = { token: () => new Promise<string>(() => undefined) };
    const write = { method: 'POST', url: 'x', deadlineMs: 50 } as const;
    const error = await refusal(givenClient(plane, { authorize: hanging }).request(ctx, write), 'DEADLINE_EXCEEDED');
    expect(error.details).not.to.have.property('outcome');
    expect(plane.ledger).to.have.length(0);
  });
});

describe('a remembered token', () => {
  it('is asked for once, until a minute before its end', async () => {
    const { source, issued } = givenService();
    const { ctx, pass } = givenContext();

    expect(await Promise.all([source.token(ctx, { fresh: false }), source.token(ctx, { fresh: false })])).to.deep.equal(
      ['t1', 't1'],
    );
    pass(3_539_999);
    expect(await source.token(ctx, { fresh: false })).to.equal('t1');
    pass(1);
    expect(await source.token(ctx, { fresh: false })).to.equal('t2');
    expect(issued()).to.equal(2);
  });

  it('is renewed once for all that met its refusal', async () => {
    const { source, issued } = givenService();
    const { ctx } = givenContext();
    const refused = await source.token(ctx, { fresh: false });

    const renewed = await Promise.all([1, 2, 3].map(() => source.token(ctx, { fresh: true, refused })));
    expect(renewed).to.deep.equal(['t2', 't2', 't2']);
    expect(await source.token(ctx, { fresh: true, refused })).to.equal('t2');
    expect(issued()).to.equal(2);
    expect(await source.token(ctx, { fresh: true, refused: 't2' })).to.equal('t3');
  });

  it('is asked for again after the service failed', async () => {
    let fail = true;
    const source = rememberToken(async () => {
      if (fail) throw new EucoraError('PLANE_UNREACHABLE', { what: 'no token service' });
      return { token: 't', expiresInMs: 1000 };
    });
    const { ctx } = givenContext();
    await refusal(source.token(ctx, { fresh: false }), 'PLANE_UNREACHABLE');
    fail = false;
    expect(await source.token(ctx, { fresh: false })).to.equal('t');
  });
});

describe('egress', () => {
  it('goes to declared hosts only, whatever the plane names as its next page', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx, audits } = givenContext();
    const client = givenClient(plane);

    for (const url of ['https://graph.example/next', 'http://127.0.0.1:9/x', 'ftp://127.0.0.1/x', 'http://[broken']) {
      const error = await refusal(client.request(ctx, { method: 'GET', url }), 'EGRESS_REFUSED');
      expect(error.errorClass).to.equal('policy_violation');
    }
    expect(audits).to.deep.equal([]);
  });

  it('a relative address cannot leave the plane', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx } = givenContext();
    for (const url of ['//evil.example/x', '/x', 'x', '../x'])
      await givenClient(plane).request(ctx, { method: 'GET', url });
    expect(plane.ledger.map(({ url }) => url)).to.deep.equal(['/v1.0/evil.example/x', '/v1.0/x', '/v1.0/x', '/x']);
  });

  it('follows no redirect', async () => {
    const elsewhere = await givenPlane((_request, response) => json(response, 200, {}));
    const plane = await givenPlane((_request, response) =>
      response.writeHead(302, { location: elsewhere.baseUrl }).end(),
    );
    const client = givenClient(plane, { hosts: [plane.host, elsewhere.host], maxAttempts: 1 });

    const error = await refusal(
      client.request(givenContext().ctx, { method: 'GET', url: 'x' }),
      'PLANE_ANSWER_INVALID',
    );

    expect(error.details).to.include({ network_code: 'REDIRECT', status_code: 302 });
    expect(elsewhere.ledger).to.have.length(0);
  });

  it('shows the token and the headers of the plane to the plane only', async () => {
    const storage = await givenPlane((_request, response) => json(response, 201, {}));
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx } = givenContext();
    const declared = { hosts: [plane.host, storage.host], authorize: tokens('secret'), headers: { 'X-Api-Key': 'k' } };
    const upload = { method: 'PUT', url: `${storage.baseUrl}/c?sig=abc`, body: 'bytes' } as const;

    await refusal(givenClient(plane, declared).request(ctx, upload), 'EGRESS_REFUSED');
    await givenClient(plane, declared).request(ctx, { ...upload, anonymous: true });
    await givenClient(plane, { ...declared, bearerHosts: [storage.host] }).request(ctx, upload);

    expect(storage.ledger.map(({ headers }) => [headers.authorization, headers['x-api-key']])).to.deep.equal([
      [undefined, undefined],
      ['Bearer secret', 'k'],
    ]);
  });

  it('knows wildcards, ports, and that https does not become http', async () => {
    const client = planeHttp({
      plane: 'intune',
      baseUrl: 'https://graph.microsoft.com/v1.0',
      hosts: ['graph.microsoft.com', '*.blob.core.windows.net', 'sccm.contoso.test:8443', '[::1]:9000'],
      authorize: tokens('secret'),
      deadlineMs: 1,
    });
    const { ctx } = givenContext({ signal: AbortSignal.abort() });
    const outcome = async (url: string) =>
      (await client
        .request(ctx, { method: 'GET', url, anonymous: true })
        .catch((error: EucoraError) => error.code)) as string;

    for (const url of [
      'https://graph.microsoft.com/x',
      'https://GRAPH.microsoft.com:443/x',
      'https://a.b.blob.core.windows.net/c',
      'https://sccm.contoso.test:8443/x',
      'https://[::1]:9000/x',
    ]) {
      expect(await outcome(url), url).to.equal('DEADLINE_EXCEEDED');
    }
    for (const url of [
      'http://graph.microsoft.com/x',
      'https://graph.microsoft.com:8443/x',
      'https://graph.microsoft.com.evil.example/x',
      'https://blob.core.windows.net/c',
      'https://evilblob.core.windows.net/c',
      'https://sccm.contoso.test/x',
    ]) {
      expect(await outcome(url), url).to.equal('EGRESS_REFUSED');
    }
    client.close();
  });

  it('is checked when the client is made', async () => {
    const make = (baseUrl: string, hosts: string[]) => async () => planeHttp({ plane: 'intune', baseUrl, hosts });
    await refusal(make('https://graph.microsoft.com', ['login.microsoftonline.com'])(), 'EGRESS_REFUSED');
    for (const host of ['*', 'a*.example', '*.*.example', 'https://a.example', 'a.example/x', '']) {
      await refusal(make('https://graph.microsoft.com', ['graph.microsoft.com', host])(), 'CONFIG_INVALID');
    }
    await refusal(make('graph', ['graph'])(), 'CONFIG_INVALID');
  });
});

describe('a plan', () => {
  it('reads, and asks by POST where that changes nothing, but never writes', async () => {
    const plane = await givenPlane((_request, response) => json(response, 200, {}));
    const { ctx } = givenContext({ readOnly: true });
    const client = givenClient(plane);

    await client.request(ctx, { method: 'GET', url: 'read' });
    await client.request(ctx, { method: 'POST', url: 'report', json: {}, readOnlySafe: true });
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const error = await refusal(client.request(ctx, { method, url: 'write' }), 'READ_ONLY');
      expect(error.errorClass).to.equal('policy_violation');
    }

    expect(plane.ledger.map(({ url }) => url)).to.deep.equal(['/v1.0/read', '/v1.0/report']);
  });
});

function tokens(...given: string[]): TokenSource {
  return {
    async token(_ctx, { fresh }) {
      if (fresh) given.shift();
      return given[0] ?? expect.fail('nobody may ask for this token');
    },
  };
}

function givenService() {
  let count = 0;
  const source = rememberToken(async (_ctx: Context) => {
    count += 1;
    const token = `t${count}`;
    await new Promise(setImmediate);
    return { token, expiresInMs: 3_600_000 };
  });
  return { source, issued: () => count };
}
