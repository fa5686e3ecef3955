import { describeIssue } from '@eucora/sdk';
import { expect } from 'chai';
import plugin from '@eucora/plugin-secrets-azure-key-vault';
import { keyVaultConfig } from '../src/config.js';
import { CLIENT_SECRET, configOf, givenVault, MANAGED, ownSecrets, refusal, WORKLOAD } from './given.js';
import { VAULT } from './stand-in.js';

describe('secrets from a vault of Azure', () => {
  let given: Awaited<ReturnType<typeof givenVault>>;
  const start = async (settings: object = {}) => {
    given = await givenVault(settings);
    given.vault.kept.set('jamf-key', ['first', 'second']);
  };
  beforeEach(() => start());
  afterEach(async () => {
    await given.vault.close();
    expect(given.vault.violations).to.deep.equal([]);
  });
  const again = async (settings: object) => {
    await given.vault.close();
    await start(settings);
  };
  const resolve = (reference: string) => given.secrets.resolve(reference);
  const logins = () => given.vault.seen.filter(({ target }) => /\/token$/.test(target));

  it('are found in their newest version, or in the one that is named', async () => {
    expect(await resolve('kv:jamf-key')).to.equal('second');
    expect(await resolve(`kv:jamf-key@${'1'.padStart(32, '0')}`)).to.equal('first');
  });

  it('are not there, and the answer says what is missing', async () => {
    for (const reference of ['kv:nothing', 'kv:jamf-key@7'])
      expect(await refusal(resolve(reference))).to.include({
        code: 'SECRET_NOT_FOUND',
        message: `${reference}: the vault has no such secret or version`,
      });
    given.vault.kept.set('empty', ['']);
    expect(await refusal(resolve('kv:empty'))).to.include({ code: 'SECRET_NOT_FOUND' });
    given.vault.instead.push({ status: 400, body: { error: { code: 'BadParameter', message: 'hunter2' } } });
    expect((await refusal(resolve('kv:jamf-key'))).message).to.equal(
      'kv:jamf-key: the vault refuses the request (400)',
    );
  });

  it('are not asked for where the reference is none', async () => {
    for (const reference of ['kv:', 'kv:a/b', 'kv:a_b', 'kv:a@', 'kv:a@../x', 'other:a'])
      expect(await refusal(resolve(reference)), reference).to.include({ code: 'SECRET_REFERENCE_INVALID' });
    expect(given.vault.seen).to.deep.equal([]);
  });

  it('are read with one token, however many ask at once', async () => {
    await Promise.all([resolve('kv:jamf-key'), resolve('kv:jamf-key'), resolve('kv:jamf-key')]);
    given.vault.kept.set('other', ['v']);
    await resolve('kv:other');
    expect(logins()).to.have.length(1);
    expect(logins()[0]!.form).to.include({
      client_id: 'hub',
      client_secret: 'first client secret',
      scope: 'https://vault.azure.net/.default',
    });
  });

  it('are read with a new token when the vault no longer takes the old one, and as whom a rotated client secret says', async () => {
    await again({ cacheSeconds: 0 });
    await resolve('kv:jamf-key');
    given.own.values.set('env:CLIENT_SECRET', 'second client secret');
    given.vault.token = 'another';

    expect(await Promise.all([resolve('kv:jamf-key'), resolve('kv:jamf-key')])).to.deep.equal(['second', 'second']);
    expect(logins().map(({ form }) => form['client_secret'])).to.deep.equal([
      'first client secret',
      'second client secret',
    ]);
  });

  it('are read as a workload of a cluster', async () => {
    await again(WORKLOAD);
    expect(await resolve('kv:jamf-key')).to.equal('second');
    expect(logins()[0]!.form['client_assertion']).to.equal('header.claims.signature');
  });

  it('are read as the machine', async () => {
    await again({ ...MANAGED, clientId: 'user-assigned' });
    expect(await resolve('kv:jamf-key')).to.equal('second');
    expect(given.vault.seen.map(({ target }) => target)).to.include('169.254.169.254/metadata/identity/oauth2/token');
  });

  it('are not read by somebody whom Entra ID does not know', async () => {
    given.vault.insteadOfTokens.push({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'AADSTS7000215: Invalid client secret provided: first client secret',
      },
    });
    const error = await refusal(resolve('kv:jamf-key'));
    expect(error).to.include({
      code: 'SECRET_STORE_FORBIDDEN',
      message: 'kv:jamf-key: Entra ID did not let us in (AADSTS7000215)',
    });

    given.own.values.clear();
    expect(await refusal(resolve('kv:jamf-key'))).to.include({
      code: 'SECRET_NOT_FOUND',
      message: 'env:CLIENT_SECRET: not set',
    });
  });

  it('are not read by somebody whom the vault does not trust', async () => {
    given.vault.instead.push({
      status: 403,
      body: { error: { code: 'Forbidden', message: 'Caller is not authorized' } },
    });
    expect(await refusal(resolve('kv:jamf-key'))).to.include({
      code: 'SECRET_STORE_FORBIDDEN',
      errorClass: 'policy_violation',
    });
    expect(await resolve('kv:jamf-key')).to.equal('second');
  });

  it('are refused for the same reasons by what stands before the vault and speaks no JSON', async () => {
    for (const [status, code] of [
      [403, 'SECRET_STORE_FORBIDDEN'],
      [404, 'SECRET_NOT_FOUND'],
      [502, 'SECRET_STORE_UNAVAILABLE'],
      [200, 'SECRET_STORE_UNAVAILABLE'],
    ] as const)
      for (const body of ['', '<html>Sign in to the Wi-Fi</html>']) {
        given.vault.instead.splice(0, 3, { status, body }, { status, body }, { status, body });
        expect(await refusal(resolve('kv:jamf-key')), `${status} ${body}`).to.include({ code });
      }
    given.vault.instead.splice(0);
  });

  it('are remembered for a minute, so that a rotated one is seen', async () => {
    await resolve('kv:jamf-key');
    given.vault.kept.set('jamf-key', ['first', 'second', 'third']);
    await given.clock.advance(59_000);
    expect(await resolve('kv:jamf-key')).to.equal('second');
    await given.clock.advance(2_000);
    expect(await resolve('kv:jamf-key')).to.equal('third');
  });

  it('have to be waited for as long as the vault asks, or a little', async () => {
    given.vault.instead.push(
      { status: 429, headers: { 'retry-after': '2' }, body: { error: { code: 'Throttled' } } },
      'hang up',
    );
    expect(await resolve('kv:jamf-key')).to.equal('second');
    expect(given.waits).to.deep.equal([2_000, 400]);
  });

  it('are asked for in vain where that takes too long', async () => {
    given.vault.instead.push({ status: 429, headers: { 'retry-after': '60' }, body: { error: { code: 'Throttled' } } });
    expect(await refusal(resolve('kv:jamf-key'))).to.include({
      code: 'SECRET_STORE_UNAVAILABLE',
      errorClass: 'transient',
      retryAfterMs: 60_000,
      message: `the vault at ${VAULT} is asked more often than it allows`,
    });
    const busy = { status: 503, body: { error: { code: 'ServiceUnavailable', message: 'hunter2' } } };
    given.vault.instead.push(busy, busy, busy);
    const error = await refusal(resolve('kv:jamf-key'));
    expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE' });
    expect(error.message).to.not.include('hunter2');
    expect(given.vault.instead).to.deep.equal([]);
  });

  it('are asked for no longer than the deadline', async () => {
    await again({ deadlineMs: 200 });
    given.vault.instead.push('silence', 'silence', 'silence');
    const error = await refusal(resolve('kv:jamf-key'));
    expect(error).to.include({
      code: 'SECRET_STORE_UNAVAILABLE',
      message: `the vault at ${VAULT} did not answer within 200 ms`,
    });
  });

  it('are not taken from another address, whatever redirects there', async () => {
    const elsewhere = {
      status: 307,
      headers: { location: 'https://elsewhere.example.com/secrets/jamf-key/' },
      body: '',
    };
    given.vault.instead.push(elsewhere, elsewhere, elsewhere);
    const error = await refusal(resolve('kv:jamf-key'));
    expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE' });
    expect(given.vault.seen.filter(({ target }) => target.startsWith('elsewhere'))).to.deep.equal([]);
  });

  it('are configured one way to sign in at a time, each mistake with its path', async () => {
    expect(await configOf({ url: VAULT, ...MANAGED })).to.deep.include({ cacheSeconds: 60, deadlineMs: 5_000 });
    for (const [settings, complaint] of [
      [{ ...MANAGED, url: 'http://127.0.0.1' }, 'url: must be https'],
      [{ ...MANAGED, url: `${VAULT}/secrets` }, 'url: must be https'],
      [{ ...MANAGED, url: VAULT, tenantId: 't' }, 'tenantId: is not a setting of this plugin'],
      [{ ...WORKLOAD, url: VAULT, clientSecret: 'env:X' }, 'clientSecret: is not a setting of this plugin'],
      [{ ...CLIENT_SECRET, url: VAULT, clientSecret: 'hunter2' }, 'clientSecret: must be a reference'],
      [{ ...CLIENT_SECRET, url: VAULT, clientSecret: 'kv:own' }, 'clientSecret: must be a reference'],
      [{ url: VAULT, auth: 'password' }, 'auth: must be one of the following values'],
      [null, 'must be an object'],
    ] as const) {
      const result = await keyVaultConfig['~standard'].validate(settings);
      expect(result.issues?.map(describeIssue).join('\n') ?? 'nothing').to.include(complaint);
    }
  });

  it('come through the plugin that the package exports', async () => {
    const config = await configOf({ url: VAULT, ...MANAGED });
    expect(plugin).to.include({ kind: 'secrets', name: 'azure-key-vault' });
    expect(plugin.hosts?.(config)).to.deep.equal(['eucora.vault.azure.net', '169.254.169.254']);
    expect(plugin.hosts?.(given.config)).to.deep.equal(['eucora.vault.azure.net', 'login.microsoftonline.com']);
    expect(plugin.create(config, { id: 'kv', secrets: ownSecrets() })).to.have.property('resolve');
    expect(() => plugin.create(config, { id: 'kv' })).to.throw(/was given no way to its own credentials/);
  });
});
