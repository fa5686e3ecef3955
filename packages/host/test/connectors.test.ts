import { appendFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { givenConfig, givenFolder, givenHost, leftovers } from './given.js';
import { connected, givenPlugin, pluginText } from './plugin-packages.js';

describe('connectors over HTTP', () => {
  const left = leftovers();
  afterEach(async () => {
    await left.clear();
    expect(connected()).to.deep.equal([]);
  });

  it('registers, enables and disables on the running host', async () => {
    const { folder, ask } = await given('live-plane');

    const registered = await ask('POST', '/api/connectors/', {
      connector_id: 'live',
      module: 'live-plane',
      config: { a: 1 },
    });
    expect(registered.status).to.equal(201);
    expect(registered.body).to.include({
      connector_id: 'live',
      kind: 'plane',
      version: '1.2.3',
      enabled: false,
      state: 'disabled',
      status_code: 201,
    });
    expect(registered.body.integrity).to.match(/^sha256-/);
    expect(connected()).to.deep.equal([]);

    const enabled = await ask('POST', '/api/connectors/live/enable/');
    expect(enabled.body).to.deep.include({
      state: 'connected',
      enabled: true,
      capabilities: ['push'],
      platforms: ['windows'],
    });
    expect(connected()).to.deep.equal(['live']);
    expect((await ask('GET', '/api/connectors/live/heartbeat')).body).to.include({
      connector_id: 'live',
      healthy: true,
      latency_ms: 1,
    });

    const disabled = await ask('POST', '/api/connectors/live/disable');
    expect(disabled.body).to.include({ state: 'disabled', enabled: false });
    expect(connected()).to.deep.equal([]);
    const heartbeat = await ask('GET', '/api/connectors/live/heartbeat/');
    expect(heartbeat.body).to.include({ status: 409, code: 'NOT_CONNECTED', detail: 'live is disabled' });

    const lines = readFileSync(join(folder, 'eucora.registry.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { enabled: boolean }).enabled)).to.deep.equal([false, true, false]);
    const history = await ask('GET', '/api/connectors/live/history/');
    expect(history.body.items).to.have.length(3);
  });

  it('enables twice without a second line or a second connection', async () => {
    const { ask } = await given('twice-plane', { connector_id: 'p', module: 'twice-plane', enabled: true });

    await Promise.all([ask('POST', '/api/connectors/p/enable/'), ask('POST', '/api/connectors/p/enable/')]);

    expect(connected()).to.deep.equal(['p']);
    expect((await ask('GET', '/api/connectors/p/history/')).body.items).to.have.length(1);
  });

  it('registers again with a new configuration while it runs', async () => {
    const { ask } = await given('again-plane', { connector_id: 'p', module: 'again-plane', enabled: true });

    const again = await ask('POST', '/api/connectors/', {
      connector_id: 'p',
      module: 'again-plane',
      config: { sick: true },
    });

    expect(again.body).to.include({ state: 'connected', enabled: true });
    expect((await ask('GET', '/api/connectors/p/heartbeat/')).body).to.include({
      healthy: false,
      detail: 'it is sick',
    });
  });

  it('comes back after a restart as the registry says', async () => {
    const folder = givenFolder(left);
    givenPlugin(folder, 'back-plane');
    const config = givenConfig(folder);
    const first = await givenHost(left, { config });
    await first.ask('POST', '/api/connectors/', { connector_id: 'p', module: 'back-plane', enabled: true });
    await first.close();
    expect(connected()).to.deep.equal([]);

    const second = await givenHost(left, { config });

    expect((await second.ask('GET', '/api/connectors/')).body.items[0]).to.include({
      connector_id: 'p',
      state: 'connected',
    });
  });

  it('starts with what is well, and reports what is not', async () => {
    const folder = givenFolder(left);
    const config = givenConfig(folder);
    const files = { good: pluginText(), tampered: pluginText(), throws: pluginText(), old: pluginText() };
    for (const [name, text] of Object.entries(files)) givenPlugin(folder, `start-${name}`, text);
    const before = await givenHost(left, { config });
    for (const name of Object.keys(files))
      await before.ask('POST', '/api/connectors/', { connector_id: name, module: `start-${name}` });
    await before.close();
    const path = join(folder, 'eucora.registry.jsonl');
    const lines = readFileSync(path, 'utf8').replaceAll('"enabled":false', '"enabled":true');
    const renamed = lines.replace('"module":"start-throws"', '"module":"start-gone"');
    writeFileSync(path, `${renamed}{"connector_id": oops}\n`);
    appendFileSync(join(folder, 'node_modules/start-tampered/index.js'), '\n// changed');

    const { ask } = await givenHost(left, { config });

    const { items, registry_faults } = (await ask('GET', '/api/connectors/')).body;
    const standing = Object.fromEntries(
      items.map((each: { connector_id: string; state: string; problem?: { code: string } }) => [
        each.connector_id,
        each.problem?.code ?? each.state,
      ]),
    );
    expect(standing).to.deep.equal({
      good: 'connected',
      tampered: 'PLUGIN_INTEGRITY',
      throws: 'PLUGIN_LOAD_FAILED',
      old: 'connected',
    });
    expect(registry_faults).to.have.length(1);
    expect(registry_faults[0]).to.include({ line: 5, code: 'REGISTRY_INVALID' });
    const ready = await ask('GET', '/readyz');
    expect(ready.body).to.deep.include({
      ready: true,
      connectors: { connected: 2, disabled: 0, failed: 2 },
      registry_faults,
    });
  });

  it('changes nothing when a plugin cannot be used', async () => {
    const { folder, ask } = await given('unused-plane');
    givenPlugin(folder, 'http-throws', `throw new Error('no');`);
    givenPlugin(folder, 'http-old', pluginText({ portVersion: 2 }));
    givenPlugin(
      folder,
      'http-picky',
      pluginText({ validate: `() => ({ issues: [{ message: 'is wrong', path: ['url'] }] })` }),
    );
    givenPlugin(folder, 'http-sink', pluginText({ kind: 'sink' }));
    givenPlugin(folder, 'http-build', pluginText({ create: `() => { throw new Error('cannot be built'); }` }));
    const registering = async (module: string, more: object = {}) => {
      const { status, body } = await ask('POST', '/api/connectors/', { connector_id: 'x', module, ...more });
      return [status, body.code];
    };

    expect(await registering('http-throws')).to.deep.equal([422, 'PLUGIN_LOAD_FAILED']);
    expect(await registering('http-old')).to.deep.equal([422, 'PLUGIN_PORT_VERSION']);
    expect(await registering('http-picky')).to.deep.equal([400, 'CONFIG_INVALID']);
    expect(await registering('http-sink')).to.deep.equal([422, 'PLUGIN_LOAD_FAILED']);
    expect(await registering('http-build')).to.deep.equal([422, 'PLUGIN_LOAD_FAILED']);
    expect(await registering('nowhere')).to.deep.equal([422, 'PLUGIN_LOAD_FAILED']);
    expect(await registering('unused-plane', { config: { nested: { clientSecret: 'hunter2!' } } })).to.deep.equal([
      400,
      'SECRET_REFERENCE_INVALID',
    ]);
    expect((await ask('GET', '/api/connectors/')).body).to.deep.equal({ items: [], registry_faults: [] });
  });

  it('keeps the account of one connector from every other, whichever comes first', async () => {
    const { folder, ask } = await given('lending-plane');
    givenPlugin(folder, 'jealous-plane', pluginText({ exclusive: '({ account }) => [account]' }));
    const register = async (connector_id: string, module: string, config: object) => {
      const { status, body } = await ask('POST', '/api/connectors/', { connector_id, module, config, enabled: true });
      return body.code ? [status, body.code, body.detail] : [status];
    };
    const shared = [403, 'CREDENTIAL_SHARED', 'file:/run/sccm belongs to sccm alone, and other uses it too'];

    expect(await register('other', 'lending-plane', { deep: [{ key: 'file:/run/sccm' }] })).to.deep.equal([201]);
    expect(await register('sccm', 'jealous-plane', { account: 'file:/run/sccm' })).to.deep.equal(shared);
    await ask('POST', '/api/connectors/other/disable/');
    expect(await register('sccm', 'jealous-plane', { account: 'file:/run/sccm' })).to.deep.equal([201]);
    const enabled = await ask('POST', '/api/connectors/other/enable/');
    expect([enabled.status, enabled.body.code, enabled.body.detail]).to.deep.equal(shared);
    expect(await register('other', 'lending-plane', { key: 'file:/run/other' })).to.deep.equal([201]);
  });

  it('stays as it was when a connector cannot connect, and keeps the reason', async () => {
    const { ask } = await given('refusing-plane');
    await ask('POST', '/api/connectors/', {
      connector_id: 'p',
      module: 'refusing-plane',
      config: { refuse: 'wrong password' },
    });

    const enabled = await ask('POST', '/api/connectors/p/enable/');

    expect(enabled.body).to.include({ code: 'PLANE_UNREACHABLE', detail: 'p could not connect: wrong password' });
    expect(enabled.headers.get('retry-after')).to.equal('5');
    expect((await ask('GET', '/api/connectors/')).body.items[0]).to.deep.include({ state: 'disabled', enabled: false });
  });

  it('has no heartbeat for a gate, and nothing for an id that is not registered', async () => {
    const { folder, ask } = await given('unused-too');
    givenPlugin(
      folder,
      'http-gate',
      pluginText({
        kind: 'gate',
        create: `() => ({ name: 'g', evaluate: async () => ({ decision: 'allow', reasons: [] }) })`,
      }),
    );
    const gate = await ask('POST', '/api/connectors/', { connector_id: 'gate', module: 'http-gate', enabled: true });
    expect(gate.body).to.include({ kind: 'gate', state: 'connected' });

    expect((await ask('GET', '/api/connectors/gate/heartbeat/')).body.code).to.equal('CAPABILITY_MISSING');
    for (const [method, path] of [
      ['GET', 'heartbeat'],
      ['GET', 'history'],
      ['POST', 'enable'],
      ['POST', 'disable'],
    ] as const)
      expect((await ask(method, `/api/connectors/nobody/${path}/`)).body.code).to.equal('CONNECTOR_NOT_FOUND');
  });

  it('writes nothing when the registry cannot be written, and lets go of what it connected', async () => {
    const { folder, ask } = await given('full-plane', { connector_id: 'p', module: 'full-plane' });
    const path = join(folder, 'eucora.registry.jsonl');
    rmSync(path);
    symlinkSync('/dev/full', path);

    const enabled = await ask('POST', '/api/connectors/p/enable/');

    expect(enabled.body).to.include({ status: 503, code: 'STORAGE_FULL' });
    expect(connected()).to.deep.equal([]);
    expect((await ask('GET', '/api/connectors/')).body.items[0]).to.include({ state: 'disabled' });
  });

  async function given(plugin: string, registration?: object) {
    const folder = givenFolder(left);
    givenPlugin(folder, plugin);
    const host = await givenHost(left, { config: givenConfig(folder) });
    if (registration) await host.ask('POST', '/api/connectors/', registration);
    return { folder, ask: host.ask };
  }
});
