import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { realClock, testContext } from '@eucora/sdk/testing';
import plugin from '../src/index.js';
import { collected, givenConfig, newer } from './given.js';
import { journalOf } from './steps.js';

/** What the simulator tells of itself when it runs as a process of its own. */
interface Told {
  readonly simulator: string;
  readonly url: string;
  readonly config: { readonly negotiate: { readonly token: string }; readonly authoring: { readonly token: string } };
  readonly groups: Record<string, string>;
  readonly devices: number;
}

describe('the SCCM simulator as a process of its own', () => {
  it('tells a configuration that works, and publishes on a fast clock', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'eucora-sccm-test-'));
    const { told, stop } = await served(['--credentials', folder, '--devices', '12', '--speed', '3600', '--seed', '3']);
    try {
      expect(told).to.include({ simulator: 'sccm', devices: 12, seed: 3, speed: 3600 });
      expect(told.groups).to.deep.equal({ lab: 'ABC00014', canary: 'ABC00015' });
      for (const reference of [told.config.negotiate.token, told.config.authoring.token]) {
        expect(reference).to.match(/^file:\//);
        expect((await stat(reference.replace('file:', ''))).mode & 0o777).to.equal(0o600);
      }

      const plane = plugin.create(givenConfig(told.config), { id: 'sccm' });
      const ctx = {
        ...testContext({ clock: realClock }),
        secrets: { resolve: (reference: string) => readFile(reference.replace('file:', ''), 'utf8') },
      };
      await plane.connect(ctx);
      expect(await plane.check(ctx)).to.include({ healthy: true });
      const order = newer({ scope: { include: [told.groups.lab!] } });
      const journal = journalOf({ ctx } as Parameters<typeof journalOf>[0]);
      await plane.publishPackage(ctx, { order, journal });
      await plane.createAssignment(ctx, { order, journal });
      expect(await collected(plane.deviceStates(ctx, { order }))).to.have.length(10);
      const answer = await fetch(`${told.url}/__simulator/violations`);
      expect(await answer.json()).to.deep.equal({ violations: [] });
      await plane.disconnect(ctx);
    } finally {
      await stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('ends with a reason when it cannot start', async function () {
    this.timeout(60_000);
    expect(await ended(['--devices', 'many'])).to.contain('--devices must be a number');
    expect(await ended([])).to.contain('--credentials FOLDER');
  });
});

function start(args: readonly string[]) {
  const script = fileURLToPath(new URL('../simulator/serve.ts', import.meta.url));
  const source = ['--import', '@swc-node/register/esm-register', '-C', 'eucora-source', '--no-warnings'];
  return spawn(process.execPath, [...source, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function served(args: readonly string[]): Promise<{ told: Told; stop(): Promise<void> }> {
  const child = start(args);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    exited.then(() => {
      throw new Error(`the simulator ended: ${said}`);
    }),
  ]);
  return {
    told: JSON.parse(line) as Told,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** What a simulator that cannot start said before it ended with 1. */
async function ended(args: readonly string[]): Promise<string> {
  const child = start(args);
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(code).to.equal(1);
  return said;
}
