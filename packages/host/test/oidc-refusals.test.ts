import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { AUDIENCE, freshKey, publicJwk } from '../../../tools/test/identity-provider.js';
import { leftovers } from './given.js';
import { givenSignOn, signedIn } from './given-sign-on.js';

describe('a host with single sign-on refuses', function () {
  this.timeout(60_000);
  const left = leftovers();
  afterEach(() => left.clear());

  for (const [what, claims, complaint] of [
    [
      'a token of another issuer',
      { iss: 'https://evil.example' },
      /^the token is of "https:\/\/evil\.example", and this host believes http/,
    ],
    [
      'a token for somebody else',
      { aud: 'https://other.example' },
      /^the token is for "https:\/\/other\.example", and this host is https:\/\/hub\.example\/api$/,
    ],
    ['a token without an audience', { aud: undefined }, /^the token is for nobody, and this host is/],
    ['a token that expired', { exp: -95 }, /^the token expired 9[5-9] s ago$/],
    ['a token that never ends', { exp: undefined }, /^exp of the token is missing$/],
    ['a token of tomorrow', { nbf: 95 }, /^the token is valid only 9[1-5] s from now; the clocks may differ by 30 s$/],
    [
      'a token of a clock that is ahead',
      { iat: 300 },
      /^the token is issued only (29\d|300) s from now; the clocks may differ/,
    ],
    ['a token without a subject', { sub: undefined }, /^the token has no sub that names its subject$/],
    ['a token with an empty subject', { sub: '' }, /^the token has no sub/],
    ['a token with a subject that breaks lines', { sub: 'a\nb' }, /^the token has no sub/],
    [
      'a subject that would write in the name of the hub',
      { sub: 'system' },
      /^system is a name that the hub uses itself$/,
    ],
    ['a subject that would be the local admin', { sub: 'local-admin' }, /^local-admin is a name/],
    ['an ID token with a nonce', { nonce: 'n' }, /^this is an ID token; send the access token$/],
    ['an ID token for the client', { aud: 'eucora-cli', at_hash: 'h' }, /^this is an ID token/],
    ['an ID token that says so', { typ: 'ID' }, /^this is an ID token/],
  ] as const satisfies readonly (readonly [string, JWTPayload, RegExp])[]) {
    it(what, async () => {
      const { provider, whoIs } = await givenSignOn(left);

      expectRefused(await whoIs(await provider.token(fromNow(claims))), complaint);
    });
  }

  it('a token of another type', async () => {
    const { provider, whoIs } = await givenSignOn(left);

    expectRefused(
      await whoIs(await provider.token({}, { typ: 'logout+jwt' })),
      /^the token is of type logout\+jwt, and this host takes at\+jwt, jwt$/,
    );
    for (const typ of ['JWT', 'application/at+jwt', undefined])
      expect((await whoIs(await provider.token({ jti: typ }, { typ }))).status, typ).to.equal(200);
  });

  it('a real ID token of the provider', async () => {
    const { provider, whoIs } = await givenSignOn(left, { accounts: { ada: { roles: ['auditor'] } } });

    expectRefused(await whoIs((await signedIn(provider.issuer, 'ada')).id_token!), /^this is an ID token/);
  });

  it('alg: none', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const unsigned = new UnsecuredJWT({ sub: 'ada', roles: ['platform_admin'] })
      .setIssuer(provider.issuer)
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .encode();

    expectRefused(
      await whoIs(unsigned),
      /^the token is not signed as this host believes it \(RS256, PS256, ES256, EdDSA\)$/,
    );
  });

  it('a token signed with the public key as if it were a secret', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const { kid, publicKey } = provider.key();
    const secret = Buffer.from(await exportSPKI(publicKey));
    const [, payload] = (await provider.token({ roles: ['platform_admin'] })).split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid })).toString('base64url');
    const mac = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url');

    expectRefused(await whoIs(`${head}.${payload}.${mac}`), /^the token is not signed as this host believes it/);
  });

  it('a token signed by nobody that the provider knows, whatever key it names', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const forger = await freshKey();

    expectRefused(
      await whoIs(await provider.token({}, {}, forger)),
      /^the token names a key that .* does not publish$/,
    );
    expectRefused(
      await whoIs(await provider.token({}, { kid: provider.key().kid }, forger)),
      /^the signature of the token does not fit/,
    );
  });

  it('a token that brings its own key', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const forger = await freshKey();
    const jwk = await publicJwk(forger);

    for (const header of [{ jwk }, { jku: 'https://evil.example/jwks' }, { x5c: ['MIIB'] }])
      expect((await whoIs(await provider.token({}, header, forger))).status).to.equal(401);
  });

  it('a token of a curve that was not agreed on', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const key = await importJWK(privateKey.export({ format: 'jwk' }), 'ES384');
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'ES384', kid: provider.key().kid })
      .sign(key);

    expectRefused(await whoIs(token), /^the token is not signed as/);
  });

  it('a token that somebody changed', async () => {
    const { provider, whoIs } = await givenSignOn(left);
    const [head, payload, signature] = (await provider.token()).split('.') as [string, string, string];
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const more = Buffer.from(JSON.stringify({ ...said, roles: ['platform_admin'] })).toString('base64url');

    expectRefused(await whoIs(`${head}.${more}.${signature}`), /^the signature of the token does not fit/);
  });

  it('what is no token', async () => {
    const { whoIs } = await givenSignOn(left);
    const { privateKey } = generateKeyPairSync('ed25519');

    for (const junk of [
      'x',
      'a.b.c',
      '..',
      `${Buffer.from('{}').toString('base64url')}.e30.`,
      sign(null, Buffer.from('x'), privateKey).toString('base64url'),
    ])
      expectRefused(await whoIs(junk), /^(what was sent is no token of the identity provider|the token .*)$/);
  });

  it('no token at all, and says how to get one', async () => {
    const { ask } = await givenSignOn(left);

    const { body } = await ask('/api/packages/', undefined);

    expect(body).to.include({ status: 401, code: 'UNAUTHENTICATED' });
    expect(body.remedy).to.equal('eucora login gets a token; send it as Authorization: Bearer.');
  });
});

/** Times in seconds from now. */
function fromNow(claims: JWTPayload): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, typeof value === 'number' ? now + value : value]),
  );
}

function expectRefused(
  { status, body }: { status: number; body: { code: string; detail: string } },
  complaint: RegExp,
) {
  expect(status).to.equal(401);
  expect(body.code).to.equal('UNAUTHENTICATED');
  expect(body.detail).to.match(complaint);
}
