import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';
import { problem } from './small-host.js';

describe('eucora connectors', () => {
  const { host, folder } = given();

  it('lists them, and why one is not connected', async () => {
    const failed = connector('jamf', {
      state: 'failed',
      problem: { code: 'PLUGIN_LOAD_FAILED', what: 'no such module', remedy: 'x' },
    });
    const registry_faults = [{ line: 3, code: 'REGISTRY_INVALID', what: 'not JSON' }];
    const { url } = await host({
      'GET /api/connectors/': () => ({ body: { items: [connector('intune'), failed], registry_faults } }),
    });

    const { code, out } = await eucora(['connectors', 'list'], { url });

    expect(code).to.equal(0);
    expect(out).to.match(/^intune\s+plane\s+@eucora\/plugin-intune\s+0\.1\.0\s+connected\s+Intune over Graph$/m);
    expect(out)
      .to.include('PLUGIN_LOAD_FAILED: no such module')
      .and.to.include('registry line 3: REGISTRY_INVALID: not JSON');
  });

  it('registers one with its configuration', async () => {
    const { url, asked } = await host({
      'POST /api/connectors/': () => ({ status: 201, body: connector('intune', { state: 'disabled' }) }),
    });
    const cwd = await folder({ 'intune.yaml': 'tenant: contoso\nsecret: env:INTUNE_KEY' });
    const how = [
      '--module',
      '@eucora/plugin-intune',
      '--config',
      'intune.yaml',
      '--auth-type',
      'certificate',
      '--scope',
      'a',
      '--scope',
      'b',
    ];

    const { code, out } = await eucora(['connectors', 'register', 'intune', ...how], { url, cwd });

    expect(code).to.equal(0);
    expect(asked[0]!.body).to.deep.equal({
      connector_id: 'intune',
      module: '@eucora/plugin-intune',
      config: { tenant: 'contoso', secret: 'env:INTUNE_KEY' },
      auth_type: 'certificate',
      scopes: ['a', 'b'],
    });
    expect(out).to.equal('intune (@eucora/plugin-intune 0.1.0) is disabled\n-> eucora connectors enable intune\n');
  });

  it('takes the configuration from the command line as well, and says what is wrong with it', async () => {
    const { url, asked } = await host({
      'POST /api/connectors/': () => ({ status: 201, body: connector('jamf', { state: 'disabled' }) }),
    });
    const register = (config: string) =>
      eucora(['connectors', 'register', 'jamf', '--module', 'm', '--config', config], { url });

    await register('{ "url": "https://jamf.example.com" }');
    expect(asked[0]!.body).to.deep.include({ config: { url: 'https://jamf.example.com' } });
    const { code, err } = await register('{ "url": ');
    expect(code).to.equal(1);
    expect(err).to.contain('BODY_MALFORMED: what was given is not well-formed');
  });

  it('enables and disables', async () => {
    const { url } = await host({
      'POST /api/connectors/intune/enable/': () => ({ body: connector('intune') }),
      'POST /api/connectors/intune/disable/': () => ({
        body: connector('intune', { enabled: false, state: 'disabled' }),
      }),
    });

    expect((await eucora(['connectors', 'enable', 'intune'], { url })).out).to.include(
      'is connected\n-> eucora connectors test intune',
    );
    expect((await eucora(['connectors', 'disable', 'intune'], { url })).out).to.include('is disabled');
  });

  it('tells why one that is enabled does not connect', async () => {
    const problem = { code: 'SECRET_NOT_FOUND', what: 'env:INTUNE_KEY is not set', remedy: 'Set it.' };
    const { url } = await host({
      'POST /api/connectors/intune/enable/': () => ({ body: connector('intune', { state: 'failed', problem }) }),
    });

    const { out } = await eucora(['connectors', 'enable', 'intune'], { url });

    expect(out).to.include('is failed: SECRET_NOT_FOUND: env:INTUNE_KEY is not set\n-> Set it.');
  });

  it('tests one, and exits 1 when it is not healthy', async () => {
    const { url } = await host({
      'GET /api/connectors/intune/heartbeat/': () => ({ body: beat('intune', true) }),
      'GET /api/connectors/jamf/heartbeat/': () => ({ body: beat('jamf', false) }),
    });

    const well = await eucora(['connectors', 'test', 'intune'], { url });
    const ill = await eucora(['connectors', 'test', 'jamf', '--json'], { url });

    expect([well.code, ill.code]).to.deep.equal([0, 1]);
    expect(well.out).to.equal('intune is healthy: it answered (12 ms)\n');
    expect(ill.json()).to.include({ healthy: false });
  });

  it('checks all that are enabled, also when one cannot be asked', async () => {
    const items = [
      connector('intune'),
      connector('jamf'),
      connector('sccm', { state: 'failed', problem: { code: 'PLUGIN_INTEGRITY', what: 'changed', remedy: '' } }),
      connector('freeze', { kind: 'gate' }),
      connector('off', { enabled: false }),
    ];
    const { url } = await host({
      'GET /api/connectors/': () => ({ body: { items, registry_faults: [] } }),
      'GET /api/connectors/intune/heartbeat/': () => ({ body: beat('intune', true) }),
      'GET /api/connectors/jamf/heartbeat/': () => problem(503, 'PLANE_UNREACHABLE'),
    });

    const people = await eucora(['connectors', 'health'], { url });
    const programs = await eucora(['connectors', 'health', '--json'], { url });

    expect(people.code).to.equal(1);
    expect(people.out).to.match(/^intune\s+yes\s+12\s+it answered$/m);
    expect(people.out).to.match(/^freeze\s+yes\s+-\s+it is loaded$/m);
    expect(people.out).to.match(/^jamf\s+NO\s+-\s+PLANE_UNREACHABLE: /m);
    expect(people.out)
      .to.match(/^sccm\s+NO\s+-\s+PLUGIN_INTEGRITY: changed$/m)
      .and.not.to.include('off');
    expect(programs.json()).to.include({ healthy: false });
  });

  it('is healthy with none, and says how to get one', async () => {
    const { url } = await host({ 'GET /api/connectors/': () => ({ body: { items: [] } }) });

    const health = await eucora(['connectors', 'health'], { url });
    const list = await eucora(['connectors', 'list'], { url });

    expect(health.code).to.equal(0);
    expect(health.out).to.include('No connector is enabled.');
    expect(list.out).to.include('-> eucora connectors register');
  });
});

const connector = (connector_id: string, more: object = {}) => ({
  connector_id,
  kind: 'plane',
  module: `@eucora/plugin-${connector_id}`,
  version: '0.1.0',
  enabled: true,
  state: 'connected',
  summary: 'Intune over Graph',
  ...more,
});

const beat = (connector_id: string, healthy: boolean) => ({
  connector_id,
  healthy,
  detail: healthy ? 'it answered' : 'it did not answer',
  latency_ms: 12,
  checked_at: '2026-11-21T10:00:00.000Z',
});
