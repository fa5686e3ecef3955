import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Append } from '@eucora/engine';
import type { EucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { startHost } from '../src/start-host.js';
import { asking, givenConfig, givenFolder, givenHost, givenStorage, leftovers } from './given.js';
import { connected, givenPlugin, pluginText } from './plugin-packages.js';

describe('a host', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('makes a token for its owner alone, and keeps it', async () => {
    const config = givenConfig(givenFolder(left));
    const first = await givenHost(left, { config });
    const token = readFileSync(first.tokenFile, 'utf8').trim();
    expect(statSync(first.tokenFile).mode & 0o777).to.equal(0o600);
    expect(statSync(config.dataDir).mode & 0o777).to.equal(0o700);
    expect(token).to.match(/^[\w-]{43}$/);
    await first.close();

    chmodSync(first.tokenFile, 0o644);
    const second = await givenHost(left, { config });

    expect(readFileSync(second.tokenFile, 'utf8').trim()).to.equal(token);
    expect(statSync(second.tokenFile).mode & 0o777).to.equal(0o600);
  });

  it('makes a new token where the file holds none', async () => {
    const config = givenConfig(givenFolder(left));
    const first = await givenHost(left, { config });
    await first.close();
    writeFileSync(first.tokenFile, '');

    const second = await givenHost(left, { config });

    expect((await second.ask('GET', '/api/packages/')).status).to.equal(200);
  });

  it('stops in order: no new connections, plugins let go, storage closed, once', async () => {
    const folder = givenFolder(left);
    givenPlugin(folder, 'stop-plane');
    let closed = 0;
    const storage = givenStorage();
    const host = await givenHost(left, {
      config: givenConfig(folder, { workers: 1 }),
      storage: { ...storage, close: async () => void closed++ },
    });
    await host.ask('POST', '/api/connectors/', { connector_id: 'p', module: 'stop-plane', enabled: true });
    expect(connected()).to.deep.equal(['p']);

    await Promise.all([host.close(), host.close()]);

    expect(connected()).to.deep.equal([]);
    expect(closed).to.equal(1);
    expect(await refused(host.url)).to.equal(true);
  });

  it('lets a request under way end before it stops', async () => {
    let open: (value: unknown) => void = () => {};
    const gate = new Promise((resolve) => (open = resolve));
    const storage = givenStorage();
    const asked = new Promise<void>((resolve) => {
      storage.views.list = async () => {
        resolve();
        await gate;
        return { items: [] };
      };
    });
    const host = await givenHost(left, { config: givenConfig(givenFolder(left)), storage });
    const answer = host.ask('GET', '/api/packages/');
    await asked;

    const end = host.close();
    open(undefined);

    expect((await answer).status).to.equal(200);
    await end;
  });

  it('shows appends to an observer, before and after', async () => {
    const seen: string[] = [];
    const host = await givenHost(left, {
      config: givenConfig(givenFolder(left)),
      observeAppend: {
        before: (request: Append) => void seen.push(`before ${request.writes[0]!.events[0]!.type}`),
        after: (events) => void seen.push(`after ${events[0]!.position}`),
      },
    });
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    await host.ask('PUT', `/api/artifacts/${sha256}/`, 'hello');

    await host.ask('POST', '/api/packages/', {
      name: 'a',
      version: '1',
      platform: 'linux',
      publisher: 'p',
      artifact: { sha256, size: 5, file_name: 'a' },
      install_command: 'i',
      uninstall_command: 'u',
      detection: [{ kind: 'package', name: 'a' }],
    });

    expect(seen).to.have.length(2);
    expect(seen[0]).to.match(/^before /);
    expect(seen[1]).to.equal('after 1');
    expect((await host.ask('GET', '/api/events/')).body.items).to.have.length(1);
    expect((await host.ask('GET', '/api/events/verify/')).body.intact).to.equal(true);
    expect((await host.ask('GET', '/readyz')).body.ready).to.equal(true);
  });

  it('begins its workers again when they fail as a whole', async () => {
    const storage = givenStorage();
    const { claim } = storage.queue;
    let claims = 0;
    const again = new Promise<void>((resolve) => {
      storage.queue.claim = async (request) => {
        claims++;
        if (claims === 1) throw new Error('the database went away');
        resolve();
        return claim(request);
      };
    });
    const lines: string[] = [];
    const config = givenConfig(givenFolder(left), { workers: 1, logLevel: 'info' });

    await givenHost(left, { config, storage, logTo: { write: (line) => void lines.push(line) } });
    await again;

    expect(claims).to.be.greaterThan(1);
  });

  it('tries again what could not connect for a reason that passes', async () => {
    const folder = givenFolder(left);
    const flag = '__up';
    const create = pluginText({
      create: `(config, { id }) => ({ capabilities: new Set(), connect: async () => { if (!globalThis.${flag}) throw new Error('down'); }, disconnect: async () => {}, check: async () => ({}) })`,
    });
    givenPlugin(folder, 'late-plane', create);
    const wakes: (() => void)[] = [];
    const clock = { now: () => new Date(), sleep: () => new Promise<void>((resolve) => void wakes.push(resolve)) };
    const world = globalThis as unknown as Record<string, boolean>;
    world[flag] = true;
    const config = givenConfig(folder);
    const before = await givenHost(left, { config });
    await before.ask('POST', '/api/connectors/', { connector_id: 'p', module: 'late-plane', enabled: true });
    await before.close();

    world[flag] = false;
    const { ask, close } = await givenHost(left, { config, clock });
    const stateOf = async () => (await ask('GET', '/api/connectors/')).body.items[0].state;
    expect(await stateOf()).to.equal('failed');
    world[flag] = true;
    wakes.shift()!();
    while ((await stateOf()) !== 'connected') await new Promise(setImmediate);
    const end = close();
    wakes.forEach((wake) => wake());
    await end;
  });

  it('says that its port is taken, and leaves nothing open', async () => {
    const first = await givenHost(left, { config: givenConfig(givenFolder(left)) });
    const folder = givenFolder(left);
    givenPlugin(folder, 'port-plane');
    let closed = 0;
    const storage = { ...givenStorage(), close: async () => void closed++ };

    const error = await failureOf({ config: givenConfig(folder, { port: Number(new URL(first.url).port) }), storage });

    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.match(/^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
    expect(closed).to.equal(1);
  });

  it('refuses a data folder that another host uses, and frees its own when it stops', async function () {
    this.timeout(120_000);
    const config = givenConfig(givenFolder(left));
    const first = await startHost({ config });
    left.keep(() => first.close());

    expect((await failureOf({ config })).code).to.equal('DATA_DIR_IN_USE');
    expect(
      (await asking(first.url, readFileSync(first.tokenFile, 'utf8').trim())('GET', '/readyz')).body.ready,
    ).to.equal(true);
    await first.close();

    const second = await startHost({ config });
    await second.close();
  });

  it('never writes a secret to its log', async () => {
    const folder = givenFolder(left);
    const create = `(config, { id }) => ({ capabilities: new Set(), disconnect: async () => {}, check: async () => ({}),
      connect: async (ctx) => { const value = await ctx.secrets.resolve(config.password); ctx.log.warn({ password: value, nested: { token: value }, elsewhere: 'it is ' + value }, 'connecting with ' + value); } })`;
    givenPlugin(folder, 'leaky-plane', pluginText({ create }));
    const lines: string[] = [];
    const host = await givenHost(left, {
      config: givenConfig(folder, { logLevel: 'debug' }),
      env: { PW: 'hunter2"hunter2' },
      logTo: { write: (line) => void lines.push(line) },
    });
    await host.ask('POST', '/api/connectors/', {
      connector_id: 'p',
      module: 'leaky-plane',
      config: { password: 'env:PW' },
      enabled: true,
    });

    const log = lines.join('');
    expect(log).to.include('connecting with [secret]').and.include('"elsewhere":"it is [secret]"');
    expect(log).to.not.include('hunter2');
    expect(log).to.not.include(readFileSync(host.tokenFile, 'utf8').trim());
    const connecting = lines.map(
      (line) => JSON.parse(line) as { msg: string; connector_id?: string; correlation_id?: string },
    );
    expect(connecting.find(({ msg }) => msg.startsWith('connecting'))).to.include({ connector_id: 'p' });
  });

  const failureOf = (options: Parameters<typeof startHost>[0]): Promise<EucoraError> =>
    startHost(options).then(
      async (host) => {
        await host.close();
        return expect.fail('it started');
      },
      (cause: EucoraError) => cause,
    );
});

const refused = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
