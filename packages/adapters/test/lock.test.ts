import { expect } from 'chai';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isEucoraError } from '@eucora/sdk';
import { lockFolder } from '../src/folder/lock.js';
import { ownIdentity, stateOf } from '../src/folder/process-identity.js';
import { givenFolder, removed } from './given.js';

describe('the lock of a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await givenFolder();
  });
  afterEach(() => removed(folder));

  it('is held by one, also within one process', async () => {
    const lock = await lockFolder(folder);
    expect(await refusal()).to.deep.include({ code: 'DATA_DIR_IN_USE', pid: process.pid });
    await lock.release();
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('is won by one of many who start at once', async () => {
    for (let round = 0; round < 10; round++) {
      const tries = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder)));
      const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(won).to.have.lengthOf(1);
      for (const lock of won) await lock.release();
    }
    await (await lockFolder(folder)).release();
  });

  it('names the process that holds it, and is taken over once that was killed', async function () {
    this.timeout(60_000);
    const child = await givenHolder();
    expect(await refusal()).to.deep.include({ code: 'DATA_DIR_IN_USE', pid: child.pid });

    child.kill('SIGKILL');
    await once(child, 'exit');
    const tries = await Promise.allSettled([lockFolder(folder), lockFolder(folder)]);
    expect(tries.filter((one) => one.status === 'fulfilled')).to.have.lengthOf(1);
    for (const one of tries) if (one.status === 'fulfilled') await one.value.release();
    await (await lockFolder(folder)).release();
  });

  it('is not kept by a process that has the number of a dead one', async () => {
    await givenClaim({ ...ownIdentity(), started: '1' });
    await (await lockFolder(folder)).release();
  });

  it('is not kept over a restart of the machine', async () => {
    await givenClaim({ ...ownIdentity(), boot: 'another boot' });
    await (await lockFolder(folder)).release();
  });

  it('is kept by a process of another container while that gives signs of life', async () => {
    await givenClaim({ ...ownIdentity(), host: 'elsewhere', pid: 7 });
    expect(await refusal()).to.deep.include({ code: 'DATA_DIR_IN_USE', pid: 7, host: 'elsewhere' });

    await givenSilenceOf(61_000);
    const lock = await lockFolder(folder);
    await lock.release();
    await (await lockFolder(folder)).release();
  });

  it('stands above lines that were cut off, or are nothing', async () => {
    await appendFile(lockFile(), '{"claim":{"id":"x","pi');
    const lock = await lockFolder(folder);
    await appendFile(lockFile(), '\n42\nnull\n"x"\n{}\n');
    expect(await refusal()).to.deep.include({ code: 'DATA_DIR_IN_USE', pid: process.pid });
    await lock.release();
  });

  it('is a file for its owner only', async () => {
    const lock = await lockFolder(folder);
    expect((await stat(lockFile())).mode & 0o777).to.equal(0o600);
    expect(await readFile(lockFile(), 'utf8')).to.contain(`"pid":${process.pid}`);
    await lock.release();
  });

  const lockFile = () => join(folder, 'eucora.lock');

  const givenClaim = (identity: object) =>
    writeFile(lockFile(), `\n${JSON.stringify({ claim: { id: 'somebody', ...identity } })}\n`);

  const givenSilenceOf = (ms: number) => utimes(lockFile(), new Date(Date.now() - ms), new Date(Date.now() - ms));

  async function refusal(): Promise<{ code: string; pid: unknown; host: unknown } | undefined> {
    try {
      await (await lockFolder(folder)).release();
      return undefined;
    } catch (cause) {
      if (!isEucoraError(cause)) throw cause;
      return { code: cause.code, pid: cause.details['pid'], host: cause.details['host'] };
    }
  }

  async function givenHolder(): Promise<ChildProcess> {
    const script = fileURLToPath(new URL('lock-holder.ts', import.meta.url));
    const flags = ['--import', '@swc-node/register/esm-register', '-C', 'eucora-source', '--no-warnings'];
    const child = spawn(process.execPath, [...flags, script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    return child;
  }
});

describe('the identity of a process', () => {
  it('knows itself alive', () => {
    expect(stateOf(ownIdentity())).to.equal('alive');
  });

  it('knows a number that nobody has', () => {
    expect(stateOf({ ...ownIdentity(), pid: 2 ** 22 + 1 })).to.equal('dead');
  });
});
