import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import plugin, { vaultSecrets } from '@eucora/plugin-secrets-vault';
import { APPROLE, configOf, givenStore, KUBERNETES, own, refusal } from './given.js';
import { CREDENTIALS } from './stand-in.js';

describe('secrets from a KV version 2 store', () => {
  let given: Awaited<ReturnType<typeof givenStore>>;
  beforeEach(async () => {
    given = await givenStore();
    given.store.kept.set('kv/team/app', [{ password: 'first' }, { password: 'second', user: 'eucora' }]);
  });
  afterEach(async () => {
    await given.store.close();
    expect(given.store.violations).to.deep.equal([]);
  });
  const resolve = (reference: string) => given.vault.resolve(reference);

  describe('are found', () => {
    it('in their newest version, or in the one that is named', async () => {
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(await resolve('vault:kv/team/app#password@v1')).to.equal('first');
      expect(await resolve('vault:kv/team/app#password@v2')).to.equal('second');
    });

    it('whatever their names are made of', async () => {
      given.store.kept.set('kv/a b/c?d=%2e', [{ 'fi#eld@v': 'odd' }]);
      expect(await resolve('vault:kv/a b/c?d=%2e#fi#eld@v')).to.equal('odd');
    });

    it('below the id of the connector', async () => {
      const { config } = given;
      const eu = vaultSecrets(config, { id: 'vault-eu', secrets: own });
      expect(await eu.resolve('vault-eu:kv/team/app#user')).to.equal('eucora');
      expect(await refusal(eu.resolve('vault:kv/team/app#user'))).to.include({ code: 'SECRET_REFERENCE_INVALID' });
    });

    it('in the namespace of the configuration, in which there is no health', async () => {
      await given.store.close();
      given = await givenStore({ namespace: 'team/eucora', cacheSeconds: 0 });
      given.store.kept.set('kv/app', [{ f: 'v' }]);
      await resolve('vault:kv/app#f');
      given.store.instead.push(SEALED, SEALED, SEALED);
      given.store.health = 503;
      await refusal(resolve('vault:kv/app#f'));

      const namespaces = given.store.seen.map(({ path, headers }) => [
        path.split('/')[2],
        headers['x-vault-namespace'],
      ]);
      expect(new Map(namespaces as [string, string][])).to.deep.equal(
        new Map([
          ['auth', 'team/eucora'],
          ['kv', 'team/eucora'],
          ['sys', undefined],
        ] as [string, string][]),
      );
    });
  });

  describe('are not there', () => {
    it('and the answer says what is missing, and nothing of what there is', async () => {
      given.store.kept.set('kv/gone', [{ f: 'v' }, null, 'destroyed', { f: 'hunter2', n: 5, empty: '' }]);
      for (const [reference, why] of [
        ['vault:kv/nothing#f', 'there is nothing; the mount may not be there, or not be a KV version 2 store'],
        ['vault:kv/gone#f@v9', 'there is nothing; the mount may not be there, or not be a KV version 2 store'],
        ['vault:kv/gone#f@v2', 'version 2 is deleted'],
        ['vault:kv/gone#f@v3', 'version 3 is destroyed'],
        ['vault:kv/gone#other', 'the secret has no field other'],
        ['vault:kv/gone#constructor', 'the secret has no field constructor'],
        ['vault:kv/gone#n', 'the field n is not text, or empty'],
        ['vault:kv/gone#empty', 'the field empty is not text, or empty'],
      ] as const) {
        const error = await refusal(resolve(reference));
        expect(error).to.include({ code: 'SECRET_NOT_FOUND', message: `${reference}: ${why}` });
        expect(error.details).to.deep.equal({ reference });
      }
    });

    it('where the reference is none', async () => {
      for (const reference of [
        'vault:',
        'vault:kv',
        'vault:kv/app',
        'vault:kv/#f',
        'vault:kv/app#',
        'vault:kv//app#f',
        'vault:kv/../sys/x#f',
        'vault:../kv/x#f',
        'vault:kv/a\nb#f',
      ]) {
        expect(await refusal(resolve(reference)), reference).to.include({ code: 'SECRET_REFERENCE_INVALID' });
      }
      expect(given.store.seen).to.deep.equal([]);
    });

    it('where the store refuses the request as it is', async () => {
      await signedIn();
      given.store.instead.push({ status: 400, body: { errors: ['hunter2'] } });
      const error = await refusal(resolve('vault:kv/team/app#password'));
      expect(error).to.include({ code: 'SECRET_NOT_FOUND' });
      expect(error.message).to.match(/refuses the request \(400\)$/);
    });
  });

  describe('are read with a token', () => {
    it('of one login, however many ask at once', async () => {
      const references = ['password', 'user', 'password@v1', 'password@v2', 'user@v2'].map(
        (f) => `vault:kv/team/app#${f}`,
      );
      await Promise.all(references.map(resolve));
      expect(given.asked().filter((path) => path.endsWith('login'))).to.have.length(1);
      expect(given.asked().filter((path) => path.startsWith('kv/'))).to.have.length(3);
    });

    it('that is renewed when two thirds of its life are over', async () => {
      await given.store.close();
      given = await givenStore({ cacheSeconds: 0 });
      given.store.kept.set('kv/app', [{ f: 'v' }]);
      for (const seconds of [0, 790, 20, 790, 20]) {
        await given.clock.advance(seconds * 1_000);
        expect(await resolve('vault:kv/app#f')).to.equal('v');
      }
      expect(given.asked().filter((path) => path.startsWith('auth'))).to.deep.equal([
        'auth/approle/login',
        'auth/token/renew-self',
        'auth/token/renew-self',
      ]);
    });

    it('that is got anew when the store does not renew it, or hardly', async () => {
      for (const renewal of ['refused', 100] as const) {
        given.store.renewal = renewal;
        const before = given.asked().length;
        await resolve('vault:kv/team/app#password');
        await given.clock.advance(1_000_000);
        await resolve('vault:kv/team/app#password');
        expect(given.asked().slice(before)).to.include('auth/token/renew-self').and.include('auth/approle/login');
      }
    });

    it('that is used while it lasts when it cannot be renewed just now', async () => {
      await resolve('vault:kv/team/app#password');
      await given.clock.advance(900_000);
      given.store.instead.push(BUSY, BUSY, BUSY);
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(given.asked().filter((path) => path.endsWith('login'))).to.have.length(1);

      await given.clock.advance(400_000);
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(given.asked().filter((path) => path.endsWith('login'))).to.have.length(2);
    });

    it('that never ends', async () => {
      given.store.lease = 0;
      await resolve('vault:kv/team/app#password');
      await given.clock.advance(10 * 365 * 86_400_000);
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(given.asked().filter((path) => path.startsWith('auth'))).to.deep.equal(['auth/approle/login']);
    });

    it('and with another after it was revoked, asked for once', async () => {
      await resolve('vault:kv/team/app#password');
      await given.clock.advance(61_000);
      given.store.revokeAll();

      expect(
        await Promise.all([resolve('vault:kv/team/app#user'), resolve('vault:kv/team/app#user@v2')]),
      ).to.deep.equal(['eucora', 'eucora']);
      expect(given.asked().filter((path) => path.endsWith('login'))).to.have.length(2);
    });

    it('and no other when it is the secret that is not ours', async () => {
      for (let times = 0; times < 3; times++) {
        const error = await refusal(resolve('vault:kv/forbidden#f'));
        expect(error).to.include({ code: 'SECRET_STORE_FORBIDDEN', errorClass: 'policy_violation' });
        expect(error.message).to.equal('vault:kv/forbidden#f: the store does not let us read it');
      }
      expect(given.asked().filter((path) => path.endsWith('login'))).to.have.length(1);
    });

    it('of a Kubernetes service account', async () => {
      await given.store.close();
      given = await givenStore({ ...KUBERNETES, authMount: 'cluster/kubernetes' });
      given.store.kept.set('kv/app', [{ f: 'v' }]);
      expect(await resolve('vault:kv/app#f')).to.equal('v');
      expect(given.store.seen[0]).to.deep.include({
        path: '/v1/auth/cluster/kubernetes/login',
        body: { role: 'eucora', jwt: CREDENTIALS.jwt },
      });
    });

    it('or not at all, when the store does not know us', async () => {
      await given.store.close();
      given = await givenStore({ secretId: 'env:WRONG' });
      const error = await refusal(resolve('vault:kv/app#f'));
      expect(error).to.include({ code: 'SECRET_STORE_FORBIDDEN' });
      expect(error.message)
        .to.match(/did not let us in through auth\/approle \(approle, 400\)$/)
        .and.not.include('wrong');

      const without = vaultSecrets(await configOf({ ...given.config, secretId: 'env:NONE' }), {
        id: 'vault',
        secrets: own,
      });
      expect(await refusal(without.resolve('vault:kv/app#f'))).to.include({
        code: 'SECRET_NOT_FOUND',
        message: 'env:NONE: not set',
      });
    });
  });

  describe('are remembered', () => {
    it('for a minute, so that a rotated one is seen', async () => {
      const read = () => resolve('vault:kv/team/app#password');
      expect(await read()).to.equal('second');
      given.store.kept.set('kv/team/app', [{ password: 'first' }, { password: 'second' }, { password: 'third' }]);
      await given.clock.advance(59_000);
      expect(await read()).to.equal('second');
      await given.clock.advance(2_000);
      expect(await read()).to.equal('third');
    });

    it('not at all with 0 seconds', async () => {
      await given.store.close();
      given = await givenStore({ cacheSeconds: 0 });
      for (const value of ['one', 'two']) {
        given.store.kept.set('kv/app', [{ f: value }]);
        expect(await resolve('vault:kv/app#f')).to.equal(value);
      }
    });

    it('only when they were found', async () => {
      await refusal(resolve('vault:kv/later#f'));
      given.store.kept.set('kv/later', [{ f: 'v' }]);
      expect(await resolve('vault:kv/later#f')).to.equal('v');
    });
  });

  describe('have to be waited for', () => {
    it('as long as a quota asks', async () => {
      given.store.instead.push(throttled('2'), throttled(new Date(given.clock.now().getTime() + 3_500).toUTCString()));
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(given.waits[0]).to.equal(2_000);
      expect(given.waits[1]).to.be.within(500, 1_500);
    });

    it('unless that is longer than anybody waits', async () => {
      given.store.instead.push(throttled('30'));
      const error = await refusal(resolve('vault:kv/team/app#password'));
      expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE', errorClass: 'transient', retryAfterMs: 30_000 });
      expect(error.message).to.match(/is asked more often than its quota allows$/);
      expect(given.waits).to.deep.equal([]);
    });

    it('a little, with jitter, while the store is not itself', async () => {
      given.store.instead.push(BUSY, 'hang up');
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
      expect(given.waits).to.deep.equal([200, 400]);
    });

    it('in vain while it is sealed, which is said', async () => {
      await signedIn();
      given.store.instead.push(SEALED, SEALED, SEALED);
      given.store.health = 503;
      const error = await refusal(resolve('vault:kv/team/app#password'));
      expect(error).to.include({
        code: 'SECRET_STORE_UNAVAILABLE',
        errorClass: 'transient',
        message: `the store at ${given.store.url} is sealed`,
      });
      expect(await resolve('vault:kv/team/app#password')).to.equal('second');
    });

    it('in vain while a standby finds no active node: its 429 is its health and no complaint about us', async () => {
      given.store.instead.push(BUSY, BUSY, BUSY);
      given.store.health = 429;
      const error = await refusal(resolve('vault:kv/team/app#password'));
      expect(error.message).to.match(/is a standby, and does not reach the active node$/);
      expect(error.retryAfterMs).to.equal(undefined);
      expect(given.asked().filter((path) => path === 'sys/health')).to.have.length(1);
    });

    it('no longer than the deadline', async () => {
      await given.store.close();
      given = await givenStore({ deadlineMs: 60 });
      given.store.instead.push('silence');
      const error = await refusal(resolve('vault:kv/app#f'));
      expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE', errorClass: 'transient' });
      expect(error.message).to.match(/did not answer (within 60 ms|in time)$/);
    });

    it('in vain where nobody listens', async () => {
      await given.store.close();
      const error = await refusal(resolve('vault:kv/app#f'));
      expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE' });
      expect(error.message).to.match(/cannot be reached \(ECONNREFUSED\)$/);
    });
  });

  describe('are never taken', () => {
    it('from another address, whatever redirects there', async () => {
      let strangers = 0;
      const stranger = createServer((_, response) => {
        strangers++;
        response.end('{}');
      });
      await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
      await signedIn();
      const location = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/v1/kv/data/team/app`;
      given.store.instead.push({ status: 307, headers: { location } });

      const error = await refusal(resolve('vault:kv/team/app#password'));
      stranger.closeAllConnections();
      await new Promise((closed) => stranger.close(closed));
      expect(error).to.include({ code: 'SECRET_STORE_UNAVAILABLE' });
      expect(error.message).to.match(/sends us to another address, where we do not go$/);
      expect(strangers).to.equal(0);
    });

    it('from what is no answer of such a store', async () => {
      await signedIn();
      for (const body of [
        '<html>Sign in to the Wi-Fi</html>',
        '"text"',
        '{"data":{"f":"v1 store"}}',
        '[]',
        `{"data":"${'x'.repeat(5_000_000)}"}`,
      ]) {
        given.store.instead.push(...Array.from({ length: body.length > 1_000 ? 3 : 1 }, () => ({ status: 200, body })));
        expect(await refusal(resolve('vault:kv/team/app#password')), body.slice(0, 40)).to.include({
          code: 'SECRET_STORE_UNAVAILABLE',
        });
        expect(given.store.instead).to.deep.equal([]);
      }
    });
  });

  it('come through the plugin that the package exports', async () => {
    const secrets = plugin.create(await configOf({ url: given.store.url, ...APPROLE }), { id: 'vault', secrets: own });
    expect(await secrets.resolve('vault:kv/team/app#user')).to.equal('eucora');
    expect(plugin).to.include({ kind: 'secrets', name: 'vault' });
    expect(plugin.hosts?.(given.config)).to.deep.equal([new URL(given.store.url).host]);
    expect(() => plugin.create(given.config, { id: 'vault' })).to.throw(/was given no way to its own credentials/);
  });

  /** What is scripted afterwards is for the read. */
  async function signedIn() {
    given.store.kept.set('kv/first', [{ f: 'v' }]);
    await resolve('vault:kv/first#f');
  }
});

const SEALED = { status: 503, body: { errors: ['Vault is sealed'] } };
const BUSY = { status: 500, body: { errors: ['internal error'] } };
const throttled = (after: string) => ({
  status: 429,
  body: { errors: ['request path "kv": rate limit quota exceeded'] },
  headers: { 'retry-after': after },
});
