import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { asking, givenFiles, givenFolder, leftovers, type Leftovers } from './given.js';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('eucora-host as a process', function () {
  this.timeout(120_000);
  const left = leftovers();
  afterEach(() => left.clear());

  it('says where it is and where its token is, and ends in order when it is told to', async () => {
    const { child, out, end } = start(left, givenFolder(left));

    const [, url, tokenFile] = /^EUCORA Hub is at (\S+), its token in (.+)$/m.exec(await out)!;
    const ask = asking(url!, readFileSync(tokenFile!, 'utf8').trim());
    expect((await ask('GET', '/readyz')).body.ready).to.equal(true);

    child.kill('SIGTERM');
    const { code, log } = await end;
    expect(code).to.equal(0);
    expect(log).to.include('the host is ready');
  });

  it('reports a mistake as code, what and remedy, and leaves nothing behind', async () => {
    const folder = givenFiles(givenFolder(left), { 'c.json': { prot: 1, workers: -1 } });

    const { code, log } = await start(left, folder, { EUCORA_CONFIG: `${folder}/c.json` }).end;

    expect(code).to.equal(1);
    expect(log.split('\n').slice(0, 3)).to.deep.equal([
      'CONFIG_INVALID',
      `${folder}/c.json: prot is not known; did you mean port?`,
      `${folder}/c.json: workers must be >= 0`,
    ]);
  });

  it('does not know other arguments', async () => {
    const { code, log } = await start(left, givenFolder(left), {}, ['--prot', '1']).end;

    expect(code).to.equal(1);
    expect(log).to.match(/^INPUT_INVALID\n.*--prot.*\neucora-host \[--config file\]\n$/);
  });
});

function start(left: Leftovers, folder: string, env: Record<string, string> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [...process.execArgv, MAIN, ...args], {
    env: {
      ...process.env,
      EUCORA_PORT: '0',
      EUCORA_DATA_DIR: `${folder}/data`,
      EUCORA_REGISTRY: `${folder}/r.jsonl`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  left.keep(() => child.kill('SIGKILL'));
  const log = text(child.stderr);
  const end = once(child, 'exit').then(async ([code]) => ({ code: code as number | null, log: await log }));
  const out = Promise.race([once(child.stdout, 'data').then(String), end.then(({ log: said }) => said)]);
  return { child, out, end };
}
