import type { ServerResponse } from 'node:http';
import type { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { networkOf, rateLimits } from '../src/http/rate-limits.js';
import { givenConfig, givenFolder, givenHost, leftovers } from './given.js';

describe('how often one may ask', () => {
  it('is as much as the bucket holds, and then as much as comes back', () => {
    const { ask, forward } = given({ perSecond: 2, burst: 3 });

    expect([ask('ada'), ask('ada'), ask('ada')]).to.deep.equal([2, 1, 0]);
    expect(ask('ada')).to.be.an('error').with.property('code', 'RATE_LIMITED');
    forward(499);
    expect(ask('ada')).to.be.an('error').with.property('retryAfterMs').within(0.9, 1.1);
    forward(1);
    expect(ask('ada')).to.equal(0);
    forward(60_000);
    expect(ask('ada')).to.equal(2);
  });

  it('is counted for each subject alone, and apart from the addresses of nobody', () => {
    const { ask, from } = given({ perSecond: 1, burst: 1 });

    expect([ask('ada'), ask('grace'), from('10.0.0.1'), from('10.0.0.2')]).to.deep.equal([0, 0, 0, 0]);
    expect(ask('10.0.0.1')).to.equal(0);
    expect(ask('ada')).to.be.an('error');
    expect(from('10.0.0.2')).to.be.an('error');
  });

  it('is counted for a network of IPv6 and not for each of its addresses', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).to.equal('2001:db8:1:2');
    expect(networkOf('2001:db8:1:2::9')).to.equal('2001:db8:1:2');
    expect(networkOf('2001:db8::1')).to.equal('2001:db8:0:0');
    expect(networkOf('::1')).to.equal('0:0:0:0');
    expect(networkOf('::ffff:10.0.0.1')).to.equal('::ffff:10.0.0.1');
    expect(networkOf('10.0.0.1')).to.equal('10.0.0.1');
  });

  it('survives a clock that goes back', () => {
    const { ask, forward } = given({ perSecond: 1, burst: 1 });
    ask('ada');

    forward(-10_000);
    expect(ask('ada')).to.be.an('error');
    forward(1_000);
    expect(ask('ada')).to.equal(0);
  });

  it('is remembered of ten thousand at most, the latest ones', () => {
    const { ask } = given({ perSecond: 0.001, burst: 1 });
    ask('first');
    for (let i = 0; i < 9_999; i++) ask(`subject-${i}`);
    expect(ask('first')).to.be.an('error');

    for (let i = 0; i < 10_000; i++) ask(`other-${i}`);

    expect(ask('first')).to.equal(0);
  });

  it('is not counted at all where there is no limit', () => {
    const { ask, headers } = given({ perSecond: 0, burst: 1 });

    for (let i = 0; i < 10; i++) expect(ask('ada')).to.equal(undefined);
    expect(headers).to.deep.equal({});
  });

  it('stands in the answer, by the draft of the IETF', () => {
    const { ask, headers } = given({ perSecond: 200, burst: 400 });

    ask('ada');

    expect(headers).to.deep.equal({ 'RateLimit-Policy': '"subject";q=400;w=2', RateLimit: '"subject";r=399;t=1' });
  });

  function given(limit: { perSecond: number; burst: number }) {
    let at = 5_000;
    const limits = rateLimits(limit, () => at);
    const headers: Record<string, string> = {};
    const response = { setHeader: (name: string, value: string) => void (headers[name] = value) };
    const take = (of: { subject: string } | { address: string }): number | undefined | EucoraError => {
      try {
        limits.take(of, response as unknown as ServerResponse);
        const left = /r=(\d+)/.exec(headers['RateLimit'] ?? '')?.[1];
        return left === undefined ? undefined : Number(left);
      } catch (cause) {
        return cause as EucoraError;
      }
    };
    return {
      headers,
      ask: (subject: string) => take({ subject }),
      from: (address: string) => take({ address }),
      forward: (ms: number) => void (at += ms),
    };
  }
});

describe('a host with a rate limit', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('answers 429 and when to come back, and its probes all the same', async () => {
    const { ask } = await given({ perSecond: 0.01, burst: 2 });
    await ask('GET', '/api/packages/');
    await ask('GET', '/api/packages/');

    const { status, headers, body } = await ask('GET', '/api/packages/');

    expect(status).to.equal(429);
    expect(Number(headers.get('retry-after'))).to.be.within(90, 100);
    expect(headers.get('ratelimit')).to.match(/^"subject";r=0;t=\d+$/);
    expect(body).to.include({
      code: 'RATE_LIMITED',
      error_class: 'transient',
      detail: 'local-admin asks more than 0.01 times a second, and 2 at once',
    });
    for (let i = 0; i < 5; i++) expect((await ask('GET', '/healthz')).status).to.equal(200);
  });

  it('holds failed sign-ins against the address, not against the one who has the token', async () => {
    const { ask } = await given({ perSecond: 0.01, burst: 2 });
    const guess = async () => (await ask('GET', '/api/packages/', undefined, { authorization: 'Bearer guess' })).status;

    expect([await guess(), await guess(), await guess()]).to.deep.equal([401, 401, 429]);
    expect((await ask('GET', '/api/auth/')).status).to.equal(429);
    expect((await ask('GET', '/api/packages/')).status).to.equal(200);
  });

  it('has none where nothing was said and there is one subject alone', async () => {
    const { ask } = await givenHost(left, { config: givenConfig(givenFolder(left)) });

    expect((await ask('GET', '/api/packages/')).headers.get('ratelimit')).to.equal(null);
  });

  const given = (rateLimit: { perSecond: number; burst: number }) =>
    givenHost(left, { config: givenConfig(givenFolder(left), { rateLimit }) });
});
