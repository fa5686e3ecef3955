import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as openid from 'openid-client';
import { identityProvider } from '../src/identity/provider.js';
import { AUDIENCE, freshKey, publicJwk, startProvider } from '../../../tools/test/identity-provider.js';
import { leftovers } from './given.js';
import { client, givenHostOf, givenSignOn, signedIn } from './given-sign-on.js';

describe('a host with single sign-on', function () {
  this.timeout(60_000);
  const left = leftovers();
  afterEach(() => left.clear());

  describe('lets in', () => {
    it('a person who signed in: authorization code with PKCE', async () => {
      const { provider, whoIs } = await givenSignOn(left, {
        accounts: { ada: { roles: ['cab_approver'], name: 'Ada L.' } },
      });

      const { access_token } = await signedIn(provider.issuer, 'ada');

      const { body } = await whoIs(access_token);
      expect(body).to.deep.equal({
        subject: 'ada',
        name: 'Ada L.',
        roles: ['cab_approver'],
        permissions: ['approval.approve', 'approval.reject', 'evidence.read'],
        agent: false,
      });
    });

    it('the same person with a refreshed token', async () => {
      const { provider, whoIs } = await givenSignOn(left, { accounts: { ada: { roles: ['auditor'] } } });
      const first = await signedIn(provider.issuer, 'ada');

      const second = await openid.refreshTokenGrant(await client(provider.issuer), first.refresh_token!, {
        resource: AUDIENCE,
      });

      expect(second.access_token).to.not.equal(first.access_token);
      expect((await whoIs(second.access_token)).body).to.include({ subject: 'ada' });
    });

    it('a program with a client secret, as the agent that it is', async () => {
      const { provider, whoIs } = await givenSignOn(left, {
        clients: [program('robot', { client_secret: 'a secret of this test alone' })],
        programs: { robot: { roles: ['agent'] } },
      });

      const config = await openid.discovery(
        new URL(provider.issuer),
        'robot',
        undefined,
        openid.ClientSecretBasic('a secret of this test alone'),
        { execute: [openid.allowInsecureRequests] },
      );
      const { access_token } = await openid.clientCredentialsGrant(config, { resource: AUDIENCE });

      expect((await whoIs(access_token)).body).to.deep.include({ subject: 'robot', roles: ['agent'], agent: true });
    });

    it('a program that proves itself with a key: private_key_jwt', async () => {
      const own = await freshKey();
      const { provider, whoIs } = await givenSignOn(left, {
        clients: [
          program('prover', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [await publicJwk(own)] } }),
        ],
        programs: { prover: { roles: ['publisher'] } },
      });

      const proof = openid.PrivateKeyJwt({ key: own.privateKey, kid: own.kid });
      const config = await openid.discovery(new URL(provider.issuer), 'prover', undefined, proof, {
        execute: [openid.allowInsecureRequests],
      });
      const { access_token } = await openid.clientCredentialsGrant(config, { resource: AUDIENCE });

      expect((await whoIs(access_token)).body).to.deep.include({ subject: 'prover', agent: false });
    });

    it('with a key that the provider took into use a moment ago, and no longer with the one before', async () => {
      const { provider, whoIs } = await givenSignOn(left);
      const before = provider.key();
      expect((await whoIs(await provider.token())).status).to.equal(200);

      await provider.rotate();

      expect((await whoIs(await provider.token())).status).to.equal(200);
      const { status, body } = await whoIs(await provider.token({ jti: 'another' }, {}, before));
      expect(status).to.equal(401);
      expect(body.detail).to.equal(`the token names a key that ${provider.issuer} does not publish`);
    });

    it('one person, who has two accounts, as one subject', async () => {
      const oid = '5a2f0f5e-person';
      const accounts = {
        work: { oid, roles: ['publisher', 'cab_approver'] },
        side: { oid, roles: ['cab_approver'] },
      };
      const { provider, whoIs } = await givenSignOn(left, { accounts }, { subjectClaim: 'oid' });

      const [first, second] = [await signedIn(provider.issuer, 'work'), await signedIn(provider.issuer, 'side')];

      expect(first.claims()!.sub).to.not.equal(second.claims()!.sub);
      const subjects = [await whoIs(first.access_token), await whoIs(second.access_token)].map(
        ({ body }) => body.subject,
      );
      expect(subjects).to.deep.equal([oid, oid]);
    });

    it('whom a group of the provider makes something, also where the claim lies deep', async () => {
      const roleMap = { 'hub-approvers': ['cab_approver'], 'hub-all': ['publisher', 'auditor'] } as const;
      const { provider, whoIs } = await givenSignOn(left, {}, { roleMap, rolesClaim: 'realm_access.roles' });
      const rolesOf = async (theirs: unknown) =>
        (await whoIs(await provider.token({ realm_access: { roles: theirs } }))).body.roles;

      expect(await rolesOf(['hub-approvers', 'lunch'])).to.deep.equal(['cab_approver']);
      expect(await rolesOf(['hub-all', 'hub-approvers'])).to.have.members(['publisher', 'auditor', 'cab_approver']);
      expect(await rolesOf('hub-approvers')).to.deep.equal(['cab_approver']);
      for (const nothing of [['platform_admin'], ['constructor'], ['__proto__'], 7, null, [{}], undefined])
        expect(await rolesOf(nothing), JSON.stringify(nothing)).to.deep.equal([]);
    });

    it('somebody without a role nowhere but where it is said who they are', async () => {
      const { provider, ask } = await givenSignOn(left);
      const token = await provider.token({ roles: ['a_role_that_does_not_exist'] });

      expect((await ask('/api/whoami/', token)).body).to.deep.include({ subject: 'ada', roles: [], permissions: [] });
      const { status, body } = await ask('/api/packages/', token);
      expect(status).to.equal(403);
      expect(body.detail).to.equal(
        'GET /api/packages/ takes package.read, and ada has no role; that is for platform_admin, packaging_engineer, publisher, auditor, agent',
      );
    });

    it('nobody with the local token, unless that was asked for; and then not through a proxy', async () => {
      const { config } = await givenSignOn(left);
      expect(existsSync(`${config.dataDir}/token`)).to.equal(false);

      const { host, ask, provider } = await givenSignOn(left, {}, {}, { localToken: true });
      const local = readFileSync(host.tokenFile, 'utf8').trim();
      expect((await ask('/api/whoami/', local)).body).to.include({ subject: 'local-admin' });
      expect((await ask('/api/whoami/', await provider.token())).body).to.include({ subject: 'ada' });
      for (const name of ['x-forwarded-for', 'forwarded', 'via'])
        expect((await ask('/api/whoami/', local, { [name]: '10.0.0.7' })).status, name).to.equal(401);
    });
  });

  describe('while the provider does not answer', () => {
    it('starts, says so, and lets nobody in', async () => {
      const provider = await startProvider();
      left.keep(() => provider.close());
      provider.down(true);
      const lines: string[] = [];
      const logTo = { write: (line: string) => void lines.push(line) };
      const { ask } = await givenHostOf(left, provider.issuer, {}, { logLevel: 'warn' }, logTo);

      const refused = await ask('/api/packages/', await provider.token());

      expect(refused.body).to.include({ status: 503, code: 'IDENTITY_UNAVAILABLE', error_class: 'transient' });
      expect(refused.headers.get('retry-after')).to.equal('2');
      expect((await ask('/healthz', undefined)).status).to.equal(200);
      const ready = await ask('/readyz', undefined);
      expect(ready.status).to.equal(200);
      expect(ready.body.identity).to.include({ healthy: false });
      expect(ready.body.identity.detail).to.include(provider.issuer);
      expect(lines.join('')).to.include('nobody can be known for now');
    });

    it('asks it again after two seconds, not at every request, and lets people in when it is back', async () => {
      const provider = await startProvider();
      left.keep(() => provider.close());
      let at = 0;
      const { health } = identityProvider(provider, () => at);

      provider.down(true);
      expect(await health()).to.deep.include({ healthy: false });
      provider.down(false);
      at = 1_999;
      expect(await health()).to.deep.include({ healthy: false });
      at = 2_000;
      expect(await health()).to.deep.equal({ healthy: true });
    });

    it('goes on with the keys that it has, and believes no new ones', async () => {
      const { provider, whoIs } = await givenSignOn(left);
      expect((await whoIs(await provider.token())).status).to.equal(200);

      provider.down(true);

      expect((await whoIs(await provider.token({ jti: '2' }))).status).to.equal(200);
      const { body } = await whoIs(await provider.token({}, {}, await freshKey()));
      expect(body).to.include({ status: 503, code: 'IDENTITY_UNAVAILABLE' });
    });

    it('is not flooded by tokens that name invented keys', async () => {
      const { provider, whoIs } = await givenSignOn(left);
      const forger = await freshKey();

      for (let i = 0; i < 30; i++)
        await whoIs(await provider.token({ jti: String(i) }, { kid: `invented-${i}` }, forger));

      expect(provider.keyRequests()).to.be.at.most(8);
    });
  });

  it('tells a client how to sign in', async () => {
    const { ask, provider } = await givenSignOn(
      left,
      {},
      { clientId: 'eucora-cli', scopes: ['openid', 'hub'], resource: AUDIENCE },
    );

    expect((await ask('/api/auth/', undefined)).body).to.deep.equal({
      kind: 'oidc',
      issuer: provider.issuer,
      audience: AUDIENCE,
      client_id: 'eucora-cli',
      scopes: ['openid', 'hub'],
      resource: AUDIENCE,
    });
  });

  it('writes the verified subject into events, and never a name', async () => {
    const { provider, ask } = await givenSignOn(left);
    const token = await provider.token({ sub: 'subject-7', name: 'Grace Hopper', roles: ['auditor'] });

    await ask('/api/connectors/', token, {}, 'POST');
    const { text } = await ask('/api/events/', token);

    expect(JSON.parse(text).items).to.have.length(1);
    expect(JSON.parse(text).items[0]).to.deep.include({ event_type: 'ACCESS_DENIED', actor: 'subject-7' });
    expect(text).to.not.include('Grace').and.not.include(token.split('.')[2]);
  });
});

const program = (client_id: string, more: object) => ({
  client_id,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [] as [],
  ...more,
});
