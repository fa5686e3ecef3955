import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { alone } from './alone.mjs';
import { run } from './child.mjs';
import { complaintAbout } from './node-version.mjs';

describe('setting a clone up', () => {
  it('asks for Node 20.19 or later, in a sentence', () => {
    expect(complaintAbout('18.20.4')).to.match(
      /^EUCORA Hub needs Node 20\.19 or later; this is Node 18\.20\.4\. Install/,
    );
    expect(complaintAbout('20.18.3')).to.be.a('string');
    expect(complaintAbout('20.19.0')).to.equal(undefined);
    expect(complaintAbout('24.1.0')).to.equal(undefined);
  });

  describe('alone', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'eucora-alone-'))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('lets one work at a time', async () => {
      const lock = join(folder, 'lock');
      const happened: string[] = [];
      const work = (name: string) => async () => {
        happened.push(`${name} begins`);
        await Promise.resolve();
        happened.push(`${name} ends`);
      };
      await Promise.all([alone('the first', work('a'), lock), alone('the second', work('b'), lock)]);
      expect([happened.slice(0, 2), happened.slice(2)]).to.have.deep.members([
        ['a begins', 'a ends'],
        ['b begins', 'b ends'],
      ]);
    });

    it('lets go when the work fails', async () => {
      const lock = join(folder, 'lock');
      const failing = () => Promise.reject(new Error('no network'));
      expect(await alone('it', failing, lock).catch((cause: Error) => cause.message)).to.equal('no network');
      expect(await alone('it', () => Promise.resolve('done'), lock)).to.equal('done');
    });

    it('takes over from a process that is gone', async () => {
      const lock = givenLockOf(spawnSync(process.execPath, ['-e', '']).pid);
      expect(await alone('it', () => Promise.resolve('done'), lock)).to.equal('done');
    });

    function givenLockOf(pid: number): string {
      const lock = join(folder, 'lock');
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(pid));
      return lock;
    }
  });

  it("hands on a program's output and exit code", async () => {
    expect(await run(process.execPath, ['-e', 'console.log("hello"); process.exit(3)'], { quiet: true })).to.deep.equal(
      { code: 3, output: 'hello\n' },
    );
  });

  it('says a signal as a shell does', async () => {
    const { code } = await run(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'], { quiet: true });
    expect(code).to.equal(137);
  });
});
