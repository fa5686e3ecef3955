import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { eucora } from './eucora.js';
import { findHost } from '../src/host-entry.js';
import { given, type Files } from './given.js';

describe('eucora host start', () => {
  const { folder, whileTesting } = given();

  it('runs the host that is installed in this folder, with its settings', async () => {
    const cwd = await folder(installed(`writeFileSync('settings.json', JSON.stringify(process.env));`));

    const args = ['host', 'start', '--port', '0', '--data-dir', 'data', '--config', 'c.json', '--registry', 'r.jsonl'];
    const { code } = await eucora(args, { cwd, env: { EUCORA_PORT: '8790', EUCORA_TENANT: 'contoso' } });

    expect(code).to.equal(0);
    expect(JSON.parse(await readFile(join(cwd, 'settings.json'), 'utf8'))).to.deep.include({
      EUCORA_PORT: '0',
      EUCORA_DATA_DIR: 'data',
      EUCORA_CONFIG: 'c.json',
      EUCORA_REGISTRY: 'r.jsonl',
      EUCORA_TENANT: 'contoso',
    });
  });

  it('exits 1 when the host does not end well', async () => {
    const cwd = await folder(installed('process.exitCode = 7'));

    expect((await eucora(['host', 'start'], { cwd })).code).to.equal(1);
  });

  it('passes on the wish to end, and waits until the host has ended', async () => {
    const cwd = await folder(
      installed(`
        process.stdin.resume();
        process.on('SIGTERM', () => { console.log('let go'); process.stdin.destroy(); });
        console.log('ready');
      `),
    );
    const { command, end } = start(cwd);
    whileTesting(command);
    await once(command.stdout, 'data');

    command.kill('SIGTERM');

    const { code, out } = await end;
    expect(code).to.equal(0);
    expect(out).to.equal('ready\nlet go\n');
  });

  it('refuses a port that is none', async () => {
    const cwd = await folder(installed(''));

    const { code, err } = await eucora(['host', 'start', '--port', '70000'], { cwd });

    expect(code).to.equal(1);
    expect(err).to.include('INPUT_INVALID: --port 70000 is not a whole number from 0 to 65535');
  });

  it('says so when the host is not built', async () => {
    const cwd = await folder({ 'node_modules/@eucora/host/package.json': '{}' });

    const { code, err } = await eucora(['host', 'start'], { cwd });

    expect(code).to.equal(1);
    expect(err).to.match(/^PLUGIN_LOAD_FAILED: @eucora\/host is installed at .* and not built\n-> npm run build\n$/);
  });

  it('takes the host beside this command when the folder has none', async () => {
    const cwd = await folder({});

    expect(foundFrom(cwd)).to.include(join('packages', 'host'));
  });
});

/** A folder where a host is installed that does only this. */
const installed = (main: string): Files => ({
  'node_modules/@eucora/host/package.json': JSON.stringify({ name: '@eucora/host', type: 'module' }),
  'node_modules/@eucora/host/dist/main.js': `import { writeFileSync } from 'node:fs';\n${main}`,
});

/** Where the host was found, built or not. */
function foundFrom(cwd: string): string {
  try {
    return findHost(cwd).file;
  } catch (cause) {
    return (cause as Error).message;
  }
}

/** The command as a process, run from the root of the repository, which looks for the host at `cwd`. */
function start(cwd: string) {
  const script = `
    import { processIo, run } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    process.exitCode = await run(process.argv.slice(1), { ...processIo(), cwd: ${JSON.stringify(cwd)} });
  `;
  const node = [...process.execArgv, '--input-type=module', '--eval', script, '--'];
  const command = spawn(process.execPath, [...node, 'host', 'start']);
  const heard = Promise.all([text(command.stdout), text(command.stderr), once(command, 'exit')]);
  return { command, end: heard.then(([out, err, [code]]) => ({ out, err, code: code as number })) };
}
