import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { secretsByScheme, type SecretStores } from '../src/connectors/secret-stores.js';
import { givenConfig, givenFolder, givenHost, leftovers } from './given.js';
import { connected, givenPlugin, pluginText } from './plugin-packages.js';

/** Gives out its own credential behind the reference, to show that it has one. */
const STORE = pluginText({
  kind: 'secrets',
  create: `(config, { id, secrets }) => ({ async resolve(reference) {
    if (reference.endsWith('#throws')) throw new Error('the value is hunter2-hunter2');
    if (reference.endsWith('#nothing')) return undefined;
    return (await secrets.resolve(config.own)) + ' opens ' + reference;
  } })`,
});

/** Resolves when it connects; shows what it was given when it was made. */
const PLANE = pluginText({
  create: `(config, options) => ({ capabilities: new Set(),
    async connect(ctx) { globalThis.opened = { ...globalThis.opened, [options.id]: await ctx.secrets.resolve(config.key), given: Object.keys(options) }; },
    async disconnect() {}, async check(ctx) { return { healthy: true, detail: await ctx.secrets.resolve(config.key), latencyMs: 1, checkedAt: new Date(0).toISOString() }; } })`,
});

const opened = () => (globalThis as { opened?: Record<string, string> }).opened ?? {};

describe('secret providers that are plugins', () => {
  const left = leftovers();
  afterEach(async () => {
    await left.clear();
    expect(connected()).to.deep.equal([]);
  });

  it('answer for the references that begin with their id, from credentials that the host resolves', async () => {
    const { ask } = await given();
    expect(await register(ask, 'vault', 'secret-store', { own: 'env:OWN' })).to.equal(201);
    expect(await register(ask, 'plane', 'secret-plane', { key: 'vault:kv/app#key' })).to.equal(201);

    expect(opened()).to.deep.include({ plane: 'the own credential opens vault:kv/app#key', given: ['id'] });
  });

  it('come up before all others, whatever the order of their registration', async () => {
    const { config, host, ask } = await given();
    await register(ask, 'plane', 'secret-plane', { key: 'env:OWN' });
    await register(ask, 'vault', 'secret-store', { own: 'env:OWN' });
    await register(ask, 'plane', 'secret-plane', { key: 'vault:later#key' });
    await host.close();

    const again = await givenHost(left, { config, env: ENV });

    expect(statesOf(await again.ask('GET', '/api/connectors/'))).to.deep.equal({
      plane: 'connected',
      vault: 'connected',
    });
    expect(opened()['plane']).to.equal('the own credential opens vault:later#key');
  });

  it('may be disabled while others use them, who then say so, and can be used again', async () => {
    const { ask } = await given();
    await register(ask, 'vault', 'secret-store', { own: 'env:OWN' });
    await register(ask, 'plane', 'secret-plane', { key: 'vault:kv/app#key' });
    await register(ask, 'other', 'secret-plane', { key: 'env:OWN' });

    expect((await ask('POST', '/api/connectors/vault/disable/')).body).to.include({ state: 'disabled' });

    const { items } = (await ask('GET', '/api/connectors/')).body;
    expect(items.find(byId('plane'))).to.deep.include({ state: 'connected' });
    expect(items.find(byId('plane')).problem).to.deep.include({
      code: 'SECRET_STORE_UNAVAILABLE',
      error_class: 'transient',
      what: 'the secret provider vault is disabled',
    });
    expect(items.find(byId('other'))).to.not.have.property('problem');
    expect((await ask('GET', '/api/connectors/plane/heartbeat/')).body).to.include({
      healthy: false,
      detail: 'the secret provider vault is disabled',
    });
    await ask('POST', '/api/connectors/vault/enable/');
    expect((await ask('GET', '/api/connectors/plane/heartbeat/')).body.healthy).to.equal(true);
  });

  it('that do not run leave what needs them to be tried again', async () => {
    const { config, folder, host, ask } = await given();
    const root = givenPlugin(folder, 'secret-tampered', STORE);
    await register(ask, 'vault', 'secret-tampered', { own: 'env:OWN' });
    await register(ask, 'plane', 'secret-plane', { key: 'vault:kv/app#key' });
    await host.close();
    const file = join(root, 'index.js');
    const text = readFileSync(file, 'utf8');
    appendFileSync(file, '// changed');
    const wakes: (() => void)[] = [];
    const clock = { now: () => new Date(), sleep: () => new Promise<void>((resolve) => void wakes.push(resolve)) };

    const again = await givenHost(left, { config, env: ENV, clock });
    left.keep(() => wakes.forEach((wake) => wake()));

    const standing = (await again.ask('GET', '/api/connectors/')).body.items;
    expect(standing.find(byId('vault')).problem).to.include({ code: 'PLUGIN_INTEGRITY' });
    expect(standing.find(byId('plane')).problem).to.include({
      code: 'SECRET_STORE_UNAVAILABLE',
      what: 'the secret provider vault does not run: the files of secret-tampered are not those that were registered',
    });
    writeFileSync(file, text);
    await again.ask('POST', '/api/connectors/vault/enable/');
    wakes.shift()!();
    const stateOfPlane = async () => statesOf(await again.ask('GET', '/api/connectors/'))['plane'];
    while ((await stateOfPlane()) !== 'connected') await new Promise(setImmediate);
    const end = again.close();
    wakes.forEach((wake) => wake());
    await end;
  });

  it('bear ids that can begin a reference', async () => {
    const { ask } = await given();
    for (const id of ['env', 'file', 'https', 'My_Vault', '2nd']) {
      const { status, body } = await ask('POST', '/api/connectors/', { connector_id: id, module: 'secret-store' });
      expect([status, body.code], id).to.deep.equal([400, 'INPUT_INVALID']);
      expect(body.details.fields[0].path).to.equal('connector_id');
    }
    expect(await register(ask, 'vault-eu.1', 'secret-store', { own: 'env:OWN' })).to.equal(201);
    const referring = await ask('POST', '/api/connectors/', {
      connector_id: 'plane',
      module: 'secret-plane',
      config: { password: 'vault-eu.1:kv/app#key' },
    });
    expect(referring.status).to.equal(201);
  });

  it('are never quoted when they fail, and a text that is no reference is not repeated', async () => {
    const throws = { resolve: () => Promise.reject(new Error('the value is hunter2-hunter2')) };
    const ours = { resolve: () => Promise.reject(new EucoraError('SECRET_STORE_FORBIDDEN', { what: 'not yours' })) };
    const empty = { resolve: async () => '' };
    const stores: SecretStores = {
      ids: () => ['throws', 'ours', 'empty'],
      find: (id) => new Map(Object.entries({ throws, ours, empty })).get(id),
    };
    const secrets = secretsByScheme({ resolve: async (reference) => `own ${reference}` }, () => stores);

    expect(await secrets.resolve('env:X')).to.equal('own env:X');
    expect(await refusal(secrets.resolve('throws:x'))).to.include({
      code: 'SECRET_STORE_UNAVAILABLE',
      message: 'throws failed to answer for throws:x',
    });
    expect(await refusal(secrets.resolve('ours:x'))).to.include({ code: 'SECRET_STORE_FORBIDDEN' });
    expect(await refusal(secrets.resolve('empty:x'))).to.include({ code: 'SECRET_NOT_FOUND' });
    for (const text of ['hunter2-hunter2', 'hunter2:hunter2', 'https://hub:hunter2@example.com', ''])
      expect(await refusal(secrets.resolve(text))).to.include({
        code: 'SECRET_REFERENCE_INVALID',
        message: 'the given text is not a secret reference; here they begin with env:, file:, throws:, ours:, empty:',
      });
  });

  const ENV = { OWN: 'the own credential' };

  async function given() {
    const folder = givenFolder(left);
    givenPlugin(folder, 'secret-store', STORE);
    givenPlugin(folder, 'secret-plane', PLANE);
    const config = givenConfig(folder);
    const host = await givenHost(left, { config, env: ENV });
    return { folder, config, host, ask: host.ask };
  }
});

type Ask = Awaited<ReturnType<typeof givenHost>>['ask'];

const register = async (ask: Ask, connector_id: string, module: string, config: object) =>
  (await ask('POST', '/api/connectors/', { connector_id, module, config, enabled: true })).status;

const byId =
  (id: string) =>
  ({ connector_id }: { connector_id: string }) =>
    connector_id === id;

const statesOf = ({ body }: { body: { items: { connector_id: string; state: string }[] } }) =>
  Object.fromEntries(body.items.map(({ connector_id, state }) => [connector_id, state]));

const refusal = (work: Promise<unknown>): Promise<EucoraError> =>
  work.then(
    () => expect.fail('it was not refused'),
    (cause: EucoraError) => cause,
  );
