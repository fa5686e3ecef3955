import { appendFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EucoraError, Plugin } from '@eucora/sdk';
import { integrityOf } from '../src/plugins/integrity.js';
import { configFor, loadPlugin } from '../src/plugins/load-plugin.js';
import { locate } from '../src/plugins/locate.js';
import { PLUGIN, pluginContainer } from '../src/plugins/plugin-container.js';
import { givenFiles, givenFolder, leftovers, thrownBy } from './given.js';
import { givenPlugin, pluginText } from './plugin-packages.js';

describe('a plugin package', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  describe('is found', () => {
    it('by its name from the folder of the registry', () => {
      const folder = givenFolder(left);
      const root = givenPlugin(folder, 'fixture-named');

      expect(locate('fixture-named', registryIn(folder))).to.include({ root, version: '1.2.3' });
    });

    it('by its name from the host, where the registry has none', () => {
      expect(locate('@eucora/plugin-sandbox', registryIn(givenFolder(left))).entry).to.match(
        /plugins\/sandbox\/.*index\./,
      );
    });

    it('when it is for import only', () => {
      const folder = givenFolder(left);
      const root = givenPlugin(folder, '@acme/esm', pluginText(), {
        exports: { '.': { types: './index.d.ts', import: './index.js' } },
      });

      expect(locate('@acme/esm', registryIn(folder)).root).to.equal(root);
      expect(locate('./node_modules/@acme/esm', registryIn(folder)).root).to.equal(root);
    });

    it('by a path to its folder or to one file', () => {
      const folder = givenFolder(left);
      const root = givenPlugin(folder, 'by-path');
      givenFiles(folder, { 'gate.mjs': pluginText(), 'bare/index.js': pluginText() });
      const registry = registryIn(folder);

      expect(locate('./node_modules/by-path', registry).root).to.equal(root);
      expect(locate(root, registry).root).to.equal(root);
      expect(locate('./gate.mjs', registry)).to.include({ root: join(folder, 'gate.mjs'), version: '0.0.0' });
      expect(locate('./bare', registry).root).to.equal(join(folder, 'bare'));
    });

    it('or is reported by name', () => {
      const folder = givenFolder(left);
      givenPlugin(folder, 'closed', pluginText(), { exports: { './other': './index.js' } });

      for (const module of ['no-such-plugin', './nowhere', 'closed']) {
        const error = thrownBy(() => locate(module, registryIn(folder)));
        expect(error.code).to.equal('PLUGIN_LOAD_FAILED');
        expect(error.message).to.include(module);
      }
    });
  });

  describe('has a hash', () => {
    it('over names and content of its files, whatever their order', async () => {
      const [a, b] = [givenFolder(left), givenFolder(left)];
      givenFiles(a, { 'index.js': '1', 'dist/a.js': '2' });
      givenFiles(b, { 'dist/a.js': '2', 'index.js': '1' });

      const hash = await integrityOf(a);
      expect(hash).to.match(/^sha256-[0-9a-f]{64}$/);
      expect(await integrityOf(b)).to.equal(hash);

      givenFiles(b, { 'dist/a.js': '3' });
      expect(await integrityOf(b)).to.not.equal(hash);
      givenFiles(b, { 'dist/a.js': '2', 'dist/b.js': '' });
      expect(await integrityOf(b)).to.not.equal(hash);
    });

    it('that tests, dot files and packages below do not change', async () => {
      const folder = givenFiles(givenFolder(left), { 'index.js': '1' });
      const hash = await integrityOf(folder);

      givenFiles(folder, { 'node_modules/x/index.js': '', 'test/a.test.js': '', '.cache': '', 'coverage/x': '' });

      expect(await integrityOf(folder)).to.equal(hash);
    });

    it('that a link elsewhere changes', async () => {
      const folder = givenFiles(givenFolder(left), { 'index.js': '1', 'a/x': '', 'b/x': '' });
      symlinkSync(join(folder, 'a'), join(folder, 'link'));
      const hash = await integrityOf(folder);

      const other = givenFiles(givenFolder(left), { 'index.js': '1', 'a/x': '', 'b/x': '' });
      symlinkSync(join(folder, 'b'), join(other, 'link'));

      expect(await integrityOf(other)).to.not.equal(hash);
    });
  });

  describe('is loaded', () => {
    it('with its default export or the one that is named', async () => {
      const folder = givenFolder(left);
      givenPlugin(folder, 'fixture-exports');

      for (const source of [{}, { class_name: 'plugin' }]) {
        const { plugin, version } = await loadPlugin({ module: 'fixture-exports', ...source }, registryIn(folder));
        expect([plugin.name, version]).to.deep.equal(['fixture', '1.2.3']);
      }
    });

    it('only as it was registered', async () => {
      const folder = givenFolder(left);
      const root = givenPlugin(folder, 'fixture-tampered');
      const { integrity } = await loadPlugin({ module: 'fixture-tampered' }, registryIn(folder));

      appendFileSync(join(root, 'index.js'), '\n// one line more');

      const error = await refusal(folder, 'fixture-tampered', { integrity });
      expect(error.code).to.equal('PLUGIN_INTEGRITY');
      expect(error.details).to.include({ module: 'fixture-tampered', registered: integrity });
    });

    it('again after a change only by a new process, since this one has the old code', async () => {
      const folder = givenFolder(left);
      const root = givenPlugin(folder, 'fixture-stale');
      await loadPlugin({ module: 'fixture-stale' }, registryIn(folder));
      appendFileSync(join(root, 'index.js'), '\n// newer');

      const error = await refusal(folder, 'fixture-stale');

      expect(error.code).to.equal('PLUGIN_LOAD_FAILED');
      expect(error.remedy).to.match(/^Start the host again/);
    });

    it('unless it throws', async () => {
      const folder = givenFolder(left);
      givenPlugin(folder, 'fixture-throws', `throw new Error('no licence found');`);

      const error = await refusal(folder, 'fixture-throws');

      expect(error.code).to.equal('PLUGIN_LOAD_FAILED');
      expect(error.message).to.equal('fixture-throws failed while it was loaded: no licence found');
    });

    it('unless it is for another version of the ports', async () => {
      const folder = givenFolder(left);
      givenPlugin(folder, 'fixture-old', pluginText({ portVersion: 7 }));

      const error = await refusal(folder, 'fixture-old');

      expect(error.code).to.equal('PLUGIN_PORT_VERSION');
      expect(error.details).to.deep.equal({ module: 'fixture-old', found: 7, wanted: 1 });
    });

    it('unless it is no plugin at all', async () => {
      const folder = givenFolder(left);
      givenPlugin(folder, 'fixture-other', 'export default 42; export const half = { kind: "plane" };');

      expect((await refusal(folder, 'fixture-other')).message).to.equal('fixture-other exports no plugin as default');
      expect((await refusal(folder, 'fixture-other', { class_name: 'half' })).code).to.equal('PLUGIN_LOAD_FAILED');
    });
  });

  it('judges its own configuration, and each mistake comes with its path', async () => {
    const issues = `() => ({ issues: [{ message: 'must be a number', path: ['rings', { key: 'lab' }] }, { message: 'is odd' }] })`;
    const picky = await givenLoaded('fixture-picky', pluginText({ validate: issues }));
    const careless = await givenLoaded(
      'fixture-careless',
      pluginText({ validate: `() => { throw new Error('oh'); }` }),
    );

    const error = await rejection(configFor(picky, {}));
    expect(error.code).to.equal('CONFIG_INVALID');
    expect(error.message).to.equal('config.rings.lab: must be a number; config: is odd');
    expect((await rejection(configFor(careless, {}))).code).to.equal('PLUGIN_LOAD_FAILED');
  });

  it('lives in a container of its own, which another plugin can neither see nor reach', async () => {
    const [a, b] = [
      await givenLoaded('fixture-a', pluginText({ name: 'a' })),
      await givenLoaded('fixture-b', pluginText({ name: 'b' })),
    ];
    const [first, second] = [
      pluginContainer(a, { own: 'of a' }, { id: 'a' }),
      pluginContainer(b, { own: 'of b' }, { id: 'b' }),
    ];
    const secret = Symbol('bound by a');
    first.bind(secret).toConstantValue('of a');

    expect(second.isBound(secret)).to.equal(false);
    expect(() => second.get(secret)).to.throw();
    expect(first.get(PLUGIN.config)).to.deep.equal({ own: 'of a' });
    expect(second.get(PLUGIN.config)).to.deep.equal({ own: 'of b' });
    expect(first.get(PLUGIN.instance)).to.equal(first.get(PLUGIN.instance));
    expect(first.get(PLUGIN.instance)).to.not.equal(second.get(PLUGIN.instance));
    expect(first.get(PLUGIN.instance)).to.deep.include({ config: { own: 'of a' }, options: { id: 'a' } });
  });

  const registryIn = (folder: string) => join(folder, 'eucora.registry.jsonl');

  const refusal = (folder: string, module: string, more: object = {}) =>
    rejection(loadPlugin({ module, ...more }, registryIn(folder)));

  async function givenLoaded(name: string, text: string): Promise<Plugin> {
    const folder = givenFolder(left);
    givenPlugin(folder, name, text);
    return (await loadPlugin({ module: name }, registryIn(folder))).plugin;
  }
});

const rejection = (promise: Promise<unknown>): Promise<EucoraError> =>
  promise.then(
    () => expect.fail('it was not refused'),
    (cause: EucoraError) => cause,
  );
