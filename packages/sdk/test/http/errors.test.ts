import { expect } from 'chai';
import nock from 'nock';

import type { ErrorClass, ErrorCode } from '../../src/error-catalogue.js';
import type { PlaneFailure, PlaneHttpOptions, PlaneRequest } from '../../src/http/index.js';
import { planeHttp } from '../../src/http/index.js';
import { givenContext, refusal } from './given.js';

// From the moment it is imported nock stands in the way of every request of this process; here only while it is wanted.
nock.restore();

const GRAPH = 'https://graph.microsoft.com';

describe('what an answer means', () => {
  before(() => nock.activate());
  afterEach(() => nock.cleanAll());
  after(() => nock.restore());

  const table: [status: number, code: ErrorCode, errorClass: ErrorClass][] = [
    [301, 'PLANE_ANSWER_INVALID', 'transient'],
    [400, 'PLANE_REJECTED', 'permanent'],
    [401, 'PLANE_UNAUTHENTICATED', 'permanent'],
    [403, 'PLANE_FORBIDDEN', 'policy_violation'],
    [404, 'PLANE_OBJECT_MISSING', 'permanent'],
    [408, 'PLANE_ERROR', 'transient'],
    [409, 'PLANE_CONFLICT', 'permanent'],
    [410, 'PLANE_OBJECT_MISSING', 'permanent'],
    [422, 'PLANE_REJECTED', 'permanent'],
    [425, 'PLANE_ERROR', 'transient'],
    [429, 'PLANE_THROTTLED', 'transient'],
    [500, 'PLANE_ERROR', 'transient'],
    [503, 'PLANE_ERROR', 'transient'],
  ];
  for (const [status, code, errorClass] of table) {
    it(`${status} is ${code}, ${errorClass}`, async () => {
      nock(GRAPH).get('/v1.0/x').reply(status, {});
      const error = await refusal(request({ maxAttempts: 1 }), code);
      expect(error.errorClass).to.equal(errorClass);
      expect(error.details).to.include({
        plane: 'intune',
        method: 'GET',
        status_code: status,
        target: 'graph.microsoft.com/v1.0/x',
      });
    });
  }

  it('tells what the vendor said, where to find it in its logs, and no secret', async () => {
    nock(GRAPH)
      .get('/v1.0/x')
      .reply(
        400,
        {
          error: { code: 'BadRequest', message: 'Bad link https://s.blob.core.windows.net/c?sv=1&sig=Zm9v' },
          access_token: 'eyJ0',
        },
        { 'request-id': 'a1b2' },
      );

    const error = await refusal(request(), 'PLANE_REJECTED');

    expect(error.message).to.equal(
      'intune answered 400 to GET graph.microsoft.com/v1.0/x: Bad link https://s.blob.core.windows.net/c?sv=1&sig=***',
    );
    expect(error.details.request_id).to.equal('a1b2');
    expect(error.details.answer).to.contain('"BadRequest"').and.contain('"access_token":"***"').and.not.contain('Zm9v');
  });

  for (const body of [
    { error: 'invalid_client', error_description: 'AADSTS7000215: said so' },
    { message: 'AADSTS7000215: said so' },
    { title: 'no', detail: 'AADSTS7000215: said so' },
  ]) {
    it(`finds the vendor's sentence in ${Object.keys(body).join(', ')}`, async () => {
      nock(GRAPH).get('/v1.0/x').reply(400, body);
      expect((await refusal(request(), 'PLANE_REJECTED')).message).to.match(/: AADSTS7000215: said so$/);
    });
  }

  it('an excerpt of a page is short', async () => {
    nock(GRAPH)
      .get('/v1.0/x')
      .reply(404, `<html>${'x'.repeat(9000)}`);
    expect((await refusal(request(), 'PLANE_OBJECT_MISSING')).details.answer).to.have.length(500);
  });

  it('is what the plugin says, and what is transient for it is tried again', async () => {
    nock(GRAPH)
      .get('/v1.0/x')
      .times(2)
      .reply(409, { error: { code: 'Directory_ConcurrencyViolation' } });
    nock(GRAPH).get('/v1.0/x').reply(200, { id: '42' });
    const seen: PlaneFailure[] = [];
    const classify: PlaneHttpOptions['classify'] = (failure) => {
      seen.push(failure);
      return { errorClass: 'transient', retryAfterMs: 10 };
    };

    expect((await request({ classify })).body).to.deep.equal({ id: '42' });
    expect(seen[0]).to.deep.include({ status: 409, method: 'GET', attempt: 1, replayable: true });
    expect(seen[0]?.body).to.deep.equal({ error: { code: 'Directory_ConcurrencyViolation' } });
  });

  it('takes code, sentence and remedy from the plugin, masked, and the class of that code', async () => {
    nock(GRAPH).get('/v1.0/x').reply(400, {});
    const classify = () => ({ code: 'SCOPE_TOO_LARGE', what: 'sig=abcdef is too much', remedy: 'Less.' }) as const;

    const error = await refusal(request({ classify }), 'SCOPE_TOO_LARGE');

    expect(error).to.include({ errorClass: 'policy_violation', message: 'sig=*** is too much', remedy: 'Less.' });
  });

  it('a plugin can forbid a retry, and can ask for one where the plane refused; it cannot ask for a blind one', async () => {
    nock(GRAPH).get('/v1.0/x').reply(500, {});
    await refusal(request({ classify: () => ({ retry: false }) }), 'PLANE_ERROR');

    nock(GRAPH).post('/v1.0/x').reply(400, {});
    nock(GRAPH).post('/v1.0/x').reply(201, {});
    expect((await request({ classify: () => ({ retry: true }) }, { method: 'POST' })).status).to.equal(201);

    nock(GRAPH).post('/v1.0/x').reply(500, {});
    const blind = request({ classify: () => ({ retry: true }) }, { method: 'POST' });
    expect((await refusal(blind, 'PLANE_ERROR')).details).to.include({ attempts: 1, outcome: 'unknown' });
  });

  it('a certificate that is not right is not tried again', async () => {
    nock(GRAPH)
      .get('/v1.0/x')
      .replyWithError(Object.assign(new Error('no'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }));
    const error = await refusal(request(), 'PLANE_UNREACHABLE');
    expect(error.errorClass).to.equal('permanent');
    expect(error.remedy).to.match(/certificate/);
    expect(error.details).to.include({ attempts: 1 });
  });

  it('a status that the request accepts is an answer', async () => {
    nock(GRAPH).get('/v1.0/x').reply(404, '<html>');
    nock(GRAPH).get('/v1.0/x').reply(409, { id: '42' });
    const accept = [404, 409];
    expect(await request({}, { accept })).to.deep.include({ status: 404, body: undefined });
    expect(await request({}, { accept })).to.deep.include({ status: 409, body: { id: '42' } });
  });
});

function request(options: Partial<PlaneHttpOptions> = {}, over: Partial<PlaneRequest> = {}) {
  const client = planeHttp({
    plane: 'intune',
    baseUrl: `${GRAPH}/v1.0`,
    hosts: ['graph.microsoft.com'],
    backoff: { random: () => 0 },
    ...options,
  });
  return client.request(givenContext().ctx, { method: 'GET', url: 'x', ...over }).finally(() => client.close());
}
