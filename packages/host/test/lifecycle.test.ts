import type { Connector, Context, Plugin } from '@eucora/sdk';
import { expect } from 'chai';
import { bringDown, bringUp, build, type Occasion, type Running } from '../src/connectors/lifecycle.js';
import { integrityOf } from '../src/plugins/integrity.js';
import type { Registration } from '../src/registry/registration.js';
import { givenFolder, leftovers } from './given.js';
import { givenPlugin, pluginText } from './plugin-packages.js';

describe('the life of a connector', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('ends a connect that does not end by itself, and lets go of what it may have opened', async () => {
    const { registration, registryFile, letGo } = await given('slow-plane', 'connect: () => new Promise(() => {})');

    const error = await failureOf(bringUp(registration, registryFile, [], impatient));

    expect(error).to.include({ code: 'DEADLINE_EXCEEDED', errorClass: 'transient' });
    expect(letGo()).to.equal(1);
  });

  it('keeps the code of an error of ours', async () => {
    const brand = `Object.defineProperty(Object.assign(new Error('expired'), { code: 'SECRET_NOT_FOUND' }), Symbol.for('eucora.error'), { value: true })`;
    const { registration, registryFile } = await given('branded-plane', `connect: async () => { throw ${brand}; }`);

    expect(await failureOf(bringUp(registration, registryFile, [], patient))).to.include({
      code: 'SECRET_NOT_FOUND',
      message: 'expired',
    });
  });

  it('refuses a package that is of another kind than it was registered as', async () => {
    const { registration, registryFile } = await given('kind-plane', 'connect: async () => {}');

    const error = await failureOf(bringUp({ ...registration, kind: 'gate' }, registryFile, [], patient));

    expect(error).to.include({ code: 'PLUGIN_LOAD_FAILED', remedy: 'Register it again.' });
  });

  it('ends even when a connector will not let go', async () => {
    const said: string[] = [];
    const stubborn = { disconnect: () => Promise.reject(new Error('no')) } as unknown as Connector;
    const running = await givenRunning(stubborn);

    await bringDown(running, (id, ms) => ({
      ...patient(id, ms),
      log: { ...SILENT, warn: (_fields: object, message: string) => void said.push(message) },
    }));

    expect(said).to.deep.equal(['did not disconnect cleanly']);
  });

  async function given(name: string, connect: string) {
    const folder = givenFolder(left);
    const counter = `__letGo_${name.replace('-', '_')}`;
    const create = `() => ({ capabilities: new Set(), ${connect}, disconnect: async () => { globalThis.${counter} = (globalThis.${counter} ?? 0) + 1; }, check: async () => ({}) })`;
    const root = givenPlugin(folder, name, pluginText({ create }));
    const registration: Registration = { ...REGISTRATION, module: name, integrity: await integrityOf(root) };
    const letGo = () => (globalThis as unknown as Record<string, number>)[counter];
    return { registration, registryFile: `${folder}/r.jsonl`, letGo };
  }
});

const REGISTRATION: Registration = {
  connector_id: 'p',
  module: 'm',
  enabled: true,
  kind: 'plane',
  version: '1.0.0',
  integrity: 'sha256-x',
  config: {},
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

const quiet = () => {};
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const occasion =
  (signal: () => AbortSignal): Occasion =>
  () =>
    ({ signal: signal(), log: SILENT }) as unknown as Context;

const patient = occasion(() => new AbortController().signal);
const impatient = occasion(() => {
  const end = new AbortController();
  setImmediate(() => end.abort(new Error('time is up')));
  return end.signal;
});

const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail('it did not fail'),
    (cause: Error) => cause,
  );

function givenRunning(instance: Connector): Promise<Running> {
  const config: Plugin['config'] = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };
  const plugin: Plugin = { kind: 'plane', name: 'n', summary: 's', portVersion: 1, config, create: () => instance };
  return build(REGISTRATION, plugin, []);
}
