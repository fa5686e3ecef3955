import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Plugin } from '@eucora/sdk';
import { realClock, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { PLANES } from './worlds.js';

interface Facts {
  readonly simulator: string;
  readonly url: string;
  readonly config: object;
  readonly groups: Readonly<Record<string, string>>;
  readonly devices: number;
}

describe('a simulator in a process of its own', function () {
  this.timeout(60_000);

  for (const { id } of PLANES) {
    it(`gives a configuration with which the connector gets in, and ends when it is told to: ${id}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'eucora-serve-'));
      const { facts, stop } = await served(id, ['--credentials', folder, '--devices', '12', '--speed', '3600']);
      try {
        expect(facts).to.include({ simulator: id, devices: 12 });
        expect(Object.keys(facts.groups)).to.deep.equal(['lab', 'canary']);
        const { default: plugin } = (await import(`@eucora/plugin-${id}`)) as { default: Plugin<'plane'> };
        const config = await plugin.config['~standard'].validate(facts.config);
        if (config.issues) throw new Error(JSON.stringify(config.issues));
        const plane = plugin.create(config.value, { id });
        const ctx = { ...testContext({ clock: realClock }), secrets: { resolve: readSecret } };
        await plane.connect(ctx);
        expect(await plane.check(ctx)).to.include({ healthy: true });
        await plane.disconnect(ctx);
      } finally {
        expect(await stop()).to.equal(0);
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  it('says what it needs', async () => {
    await served('jamf', []).then(
      () => expect.fail('it started'),
      (cause: Error) => expect(cause.message).to.contain('give --credentials FOLDER'),
    );
  });
});

const readSecret = (reference: string) => readFile(reference.replace('file:', ''), 'utf8');

async function served(id: string, args: readonly string[]): Promise<{ facts: Facts; stop(): Promise<unknown> }> {
  const script = resolve('plugins', id, 'simulator', 'serve.ts');
  const source = ['--import', '@swc-node/register/esm-register', '-C', 'eucora-source', '--no-warnings'];
  const child = spawn(process.execPath, [...source, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => first as string),
    ended.then(() => {
      throw new Error(`the simulator ended: ${said}`);
    }),
  ]);
  return {
    facts: JSON.parse(line) as Facts,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0] as unknown;
    },
  };
}
