import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '@eucora/engine';
import type { Context, GateFacts } from '@eucora/sdk';
import { testContext, givenFacts } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { connectors, type ConnectorsOptions } from '../src/connectors/connectors.js';
import { register } from '../src/connectors/register.js';
import { openRegistry } from '../src/registry/registry-file.js';
import { givenFolder, leftovers } from './given.js';
import { givenPlugin, pluginText } from './plugin-packages.js';

const GATE = pluginText({
  kind: 'gate',
  create: `(config) => ({ name: 'friendly', evaluate: async () => ({ decision: 'allow', reasons: [] }) })`,
  validate: `(value) => value.wrong && globalThis.gatesArePicky ? ({ issues: [{ message: 'is wrong', path: ['wrong'] }] }) : ({ value })`,
});

describe('the gates that have to be asked', () => {
  const left = leftovers();
  afterEach(() => left.clear());

  it('are those that run, and a refusal for each that ought to run and does not', async () => {
    const { folder, registered, host } = await given();
    for (const name of ['good', 'tampered', 'off']) givenPlugin(folder, `gate-${name}`, GATE);
    await registered('good', 'gate-good');
    await registered('tampered', 'gate-tampered');
    await registered('picky', 'gate-good', { config: { wrong: true } });
    await registered('off', 'gate-off', { enabled: false });
    appendFileSync(join(folder, 'node_modules/gate-tampered/index.js'), '// changed');
    const world = globalThis as { gatesArePicky?: boolean };
    world.gatesArePicky = true;
    left.keep(() => delete world.gatesArePicky);

    const next = host();
    expect(await answersOf(next)).to.deep.equal([
      ['good', 'deny', 'gate good does not run: it is not up yet'],
      ['tampered', 'deny', 'gate tampered does not run: it is not up yet'],
      ['picky', 'deny', 'gate picky does not run: it is not up yet'],
    ]);
    await next.start();
    left.keep(() => next.stop());

    expect(await answersOf(next)).to.deep.equal([
      ['friendly', 'allow', undefined],
      ['tampered', 'deny', 'gate tampered does not run: the files of gate-tampered are not those that were registered'],
      ['picky', 'deny', 'gate picky does not run: config.wrong: is wrong'],
    ]);
  });

  it('are also those that the configuration requires', async () => {
    const { folder, registered, host } = await given();
    for (const name of ['here', 'disabled']) givenPlugin(folder, `required-${name}`, GATE);
    givenPlugin(folder, 'required-plane');
    await registered('here', 'required-here');
    await registered('disabled', 'required-disabled', { enabled: false });
    await registered('plane', 'required-plane');

    const next = host({ requiredGates: ['here', 'gone', 'disabled', 'plane'] });
    await next.start();
    left.keep(() => next.stop());

    expect(await answersOf(next)).to.deep.equal([
      ['friendly', 'allow', undefined],
      ['gone', 'deny', 'gate gone is required and not registered'],
      ['disabled', 'deny', 'gate disabled is required and disabled'],
      ['plane', 'deny', 'gate plane is required and no gate but a plugin of the kind plane'],
    ]);
  });

  it('are never fewer while one is registered again', async () => {
    const { folder, registered, host } = await given();
    givenPlugin(folder, 'gate-again', GATE);
    await registered('again', 'gate-again');
    const next = host();
    await next.start();
    left.keep(() => next.stop());

    const seen: number[] = [];
    const again = register({ connector_id: 'again', module: 'gate-again' }, next.registry, next, () => new Date());
    let done = false;
    const ended = again.finally(() => (done = true));
    while (!done) {
      seen.push(next.gates().length);
      await new Promise(setImmediate);
    }
    await ended;

    expect(new Set(seen)).to.deep.equal(new Set([1]));
  });

  async function given() {
    const folder = givenFolder(left);
    const path = join(folder, 'eucora.registry.jsonl');
    const host = (options: ConnectorsOptions = {}) => {
      const registry = openRegistry(path);
      const occasion = (_: string, ms: number): Context => ({ ...testContext(), signal: AbortSignal.timeout(ms) });
      return { registry, ...connectors(registry, occasion, () => realClock.now(), options) };
    };
    const registered = async (connector_id: string, module: string, more: object = {}) => {
      const first = host();
      await register({ connector_id, module, enabled: true, ...more }, first.registry, first, () => new Date());
      await first.stop();
    };
    return { folder, host, registered };
  }
});

const FACTS: GateFacts = givenFacts();

const answersOf = (host: Pick<ReturnType<typeof connectors>, 'gates'>) =>
  Promise.all(
    host.gates().map(async (gate) => {
      const { decision, reasons } = await gate.evaluate(testContext(), FACTS);
      return [gate.name, decision, reasons[0]];
    }),
  );
