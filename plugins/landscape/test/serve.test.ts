import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { memoryArtifacts, realClock, testContext } from '@eucora/sdk/testing';
import plugin from '../src/index.js';
import { collected, debFor, givenConfig, journalOf, newer } from './given.js';

/** What the simulator tells about itself when it runs as a process of its own. */
interface Told {
  readonly simulator: string;
  readonly url: string;
  readonly config: Record<string, string>;
  readonly groups: Record<string, string>;
  readonly devices: number;
  readonly contract: boolean;
}

describe('the simulator as a process of its own', () => {
  it('tells a configuration that works, and publishes on a fast clock', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eucora-landscape-serve-'));
    const { told, stop } = await served([
      '--credentials',
      folder,
      '--devices',
      '12',
      '--speed',
      '3600',
      '--artifacts',
      join(folder, 'web'),
    ]);
    try {
      expect(told).to.include({ simulator: 'landscape', devices: 12 });
      expect(told.groups).to.deep.equal({ lab: 'ring-lab', canary: 'ring-canary' });
      expect((await stat(told.config.secretKey!.replace('file:', ''))).mode & 0o777).to.equal(0o600);

      const plane = plugin.create(givenConfig(told.config), { id: 'landscape' });
      const ctx = {
        ...testContext({ clock: realClock, artifacts: memoryArtifacts(debFor('2.0.0')) }),
        secrets: { resolve: (reference: string) => readFile(reference.replace('file:', ''), 'utf8') },
      };
      await plane.connect(ctx);
      expect(await plane.check(ctx)).to.include({ healthy: true });
      const request = { order: newer(), journal: journalOf({ ctx }) };
      await plane.publishPackage(ctx, request);
      await plane.createAssignment(ctx, request);
      expect(await collected(plane.deviceStates(ctx, request))).to.have.length(10);
      await plane.disconnect(ctx);
    } finally {
      await stop();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('ends with a reason when it cannot start', async () => {
    const { code, said } = await ended(['--credentials', tmpdir(), '--devices', 'many']);
    expect(code).to.equal(1);
    expect(said).to.contain('--devices must be a number');
  });
});

function start(args: readonly string[]) {
  const script = fileURLToPath(new URL('../simulator/serve.ts', import.meta.url));
  const source = ['--import', '@swc-node/register/esm-register', '-C', 'eucora-source'];
  return spawn(process.execPath, [...source, script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function served(args: readonly string[]): Promise<{ told: Told; stop(): Promise<void> }> {
  const child = start(args);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
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

async function ended(args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = start(args);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, said };
}
