import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { realClock, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import plugin from '../src/index.js';
import { contract, credentials, givenConfig } from './given.js';

describe('the simulator as a process', () => {
  it('says where it listens, writes the credentials, and ends when it is told to', async function () {
    this.timeout(0);
    const folder = await mkdtemp(join(tmpdir(), 'eucora-simulator-'));
    const child = serve('--credentials', folder, '--speed', '60', '--devices', '12', '--seed', '3');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const said = JSON.parse(line) as { config: object; groups: object; contract: boolean } & Record<string, string>;
    expect(said).to.include({ simulator: 'intune', devices: 12, seed: 3, speed: 60 });
    expect((await fetch(`${said.url}/__simulator/violations`)).status).to.equal(200);
    expect(said.contract).to.equal(contract !== undefined);
    expect(Object.keys(said.groups)).to.deep.equal(['lab', 'canary']);
    expect((await stat(said.private_key_file!)).mode & 0o777).to.equal(0o600);
    expect(await readFile(said.certificate_file!, 'utf8')).to.match(/BEGIN CERTIFICATE/);
    expect(said.config).to.include({ privateKey: `file:${join(folder, 'private-key.pem')}`, filePollMs: 200 });
    const plane = plugin.create(await givenConfig(said.config), { id: 'intune' });
    const ctx = testContext({ clock: realClock, secrets: await secretsIn(said.config) });
    await plane.connect(ctx);
    expect(await plane.check(ctx)).to.include({ healthy: true });
    await plane.disconnect(ctx);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
    await rm(folder, { recursive: true });
  });

  it('does not start without a certificate or a folder to put one', async function () {
    this.timeout(0);
    const child = serve();
    let complaint = '';
    child.stderr.on('data', (piece) => (complaint += String(piece)));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).to.equal(1);
    expect(complaint).to.match(/--credentials/);
  });

  it('names the key of a certificate that it was given, and does not read it', async function () {
    this.timeout(0);
    const folder = await mkdtemp(join(tmpdir(), 'eucora-simulator-'));
    const certificate = join(folder, 'mine.pem');
    await writeFile(certificate, credentials.certificate);
    const child = serve('--certificate', certificate, '--private-key', 'somewhere.key');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { config } = JSON.parse(line) as { config: object };
    expect(config).to.include({ certificate: `file:${certificate}`, privateKey: `file:${resolve('somewhere.key')}` });
    expect(config).to.include({ filePollMs: 2_000, consistencyMs: 30_000 });
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(folder, { recursive: true });
  });

  async function secretsIn(config: object): Promise<Record<string, string>> {
    const references = Object.values(config).filter((value) => String(value).startsWith('file:')) as string[];
    const contents = references.map(async (one) => [one, await readFile(one.slice('file:'.length), 'utf8')] as const);
    return Object.fromEntries(await Promise.all(contents));
  }

  function serve(...args: string[]) {
    const main = fileURLToPath(new URL('../simulator/serve.ts', import.meta.url));
    const loader = ['--import', '@swc-node/register/esm-register', '-C', 'eucora-source', '--no-warnings'];
    return spawn(process.execPath, [...loader, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  }
});
