import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eucora, type Heard } from './eucora.js';

/** One story, from an empty folder to a verified trail, against the host that `eucora host start` starts. */
describe('eucora with the host', function () {
  this.timeout(180_000);
  let folder: string;
  let host: ChildProcess | undefined;
  let say: (...args: string[]) => Promise<Heard>;

  before(async () => {
    folder = await givenFolder();
    ({ host, say } = await givenHost(folder));
  });

  after(async () => {
    if (host?.exitCode === null) {
      host.kill('SIGTERM');
      await once(host, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('registers a connector and finds it healthy', async () => {
    const registered = await say('connectors', 'register', 'sandbox', '--module', '@eucora/plugin-sandbox', '--enable');
    expect(registered.code, registered.err).to.equal(0);
    expect((await say('connectors', 'health', '--json')).json()).to.include({ healthy: true });
  });

  it('adds a package with its artifact, and the same again', async () => {
    for (const time of ['first', 'second']) {
      const added = await say('packages', 'add', 'app.yaml');
      expect(added.code, `${time}: ${added.err}`).to.equal(0);
    }
    expect((await say('packages', 'list', '--json')).json()['items']).to.have.length(1);
  });

  it('creates an intent and plans it', async () => {
    const created = await say('intents', 'create', 'intent.yaml');
    expect(created.code, created.err).to.equal(0);

    const planned = await say('plan', 'web');
    expect(planned.code, planned.err).to.equal(0);
    expect(planned.out).to.include('the gates allow it').and.to.include('operations to do');
  });

  it('publishes once, however often it is asked', async () => {
    const first = await say('publish', 'web', '--ring', 'lab', '--correlation-id', 'change-1');
    const again = await say('publish', 'web', '--ring', 'lab', '--correlation-id', 'change-1');
    const other = await say('publish', 'web', '--ring', 'canary', '--correlation-id', 'change-1');

    expect([first.code, again.code, other.code]).to.deep.equal([0, 0, 1]);
    expect(again.out).to.include('Already done');
    expect(other.err).to.include('IDEMPOTENCY_CONFLICT');
  });

  it('is refused the next ring before this one has settled', async () => {
    expect((await say('publish', 'web', '--ring', 'canary')).code).to.equal(3);
  });

  it('halts it and takes it back', async () => {
    while ((await say('status', 'change-1', '--json')).json()['status'] !== 'OBSERVING');

    expect((await say('halt', 'web', '--reason', 'INC-311')).code).to.equal(0);
    const back = await say('rollback', 'change-1', '--reason', 'INC-311', '--wait');

    expect(back.code, back.err).to.equal(0);
    expect(back.out).to.match(/^rollback change-1 of intent web to lab: SETTLED/);
  });

  it('shows what the decision rested on', async () => {
    const [, digest] = /evidence for sandbox: ([0-9a-f]{64})/.exec((await say('status', 'change-1')).out)!;

    expect((await say('evidence', 'show', digest!, '--json')).json()).to.have.property('items');
  });

  it('compares, and lists what it knows', async () => {
    for (const line of [
      'reconcile',
      'drift',
      'approvals list',
      'events list --correlation-id change-1',
      'intents list',
    ]) {
      const heard = await say(...line.split(' '));
      expect(heard.code, `${line}: ${heard.err}`).to.equal(0);
      expect(heard.out).not.to.equal('');
    }
  });

  it('tells every complaint about a file at once', async () => {
    await writeFile(join(folder, 'bad.json'), '{ "planes": [], "rings": [], "purpos": "required" }');

    const { code, err } = await say('intents', 'create', 'bad.json');

    expect(code).to.equal(1);
    expect(err).to.match(/^INPUT_INVALID: /);
    for (const field of ['package_key', 'planes', 'rings', 'purpos']) expect(err).to.include(field);
  });

  it('verifies the trail', async () => {
    const verified = await say('events', 'verify', '--json');

    expect(verified.code, verified.err).to.equal(0);
    expect(verified.json()).to.include({ intact: true });
  });

  it('stops the host in order', async () => {
    host!.kill('SIGTERM');
    const [code] = (await once(host!, 'exit')) as [number];

    expect(code).to.equal(0);
    expect((await say('packages', 'list')).err).to.include('HOST_UNREACHABLE');
  });
});

async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eucora-cli-host-'));
  await writeFile(join(folder, 'setup.exe'), Buffer.alloc(1_000_000, 'setup'));
  await writeFile(
    join(folder, 'app.yaml'),
    `
      name: demo
      version: 1.0.0
      platform: windows
      publisher: Us
      artifact: { path: setup.exe }
      install_command: setup.exe /quiet
      uninstall_command: setup.exe /remove
      detection: [{ kind: file, path: 'C:\\Tools', file_name: setup.exe }]
    `,
  );
  await writeFile(
    join(folder, 'intent.yaml'),
    `
      id: web
      package_key: demo@1.0.0/windows
      planes: [sandbox]
      rings:
        - { ring: lab, scopes: { sandbox: { include: [lab-devices] } } }
        - { ring: canary, scopes: { sandbox: { include: [canary-devices] } } }
    `,
  );
  return folder;
}

/** `eucora host start` on a free port with everything it keeps in the folder, and the command that speaks to it. */
async function givenHost(folder: string) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const where = ['--port', '0', '--data-dir', join(folder, 'data'), '--registry', join(folder, 'registry.jsonl')];
  const host = spawn(process.execPath, [...process.execArgv, main, 'host', 'start', ...where]);
  let log = '';
  host.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));

  let started = '';
  for await (const chunk of host.stdout.iterator({ destroyOnReturn: false })) {
    started += String(chunk);
    if (started.includes('\n')) break;
  }
  const url = /http:\S+?(?=,|\s)/.exec(started)?.[0];
  if (!url) throw new Error(`the host did not start: ${started}${log}`);
  const env = { EUCORA_TOKEN: '', EUCORA_DATA_DIR: join(folder, 'data') };
  return { host, say: (...args: string[]) => eucora(args, { url, cwd: folder, env }) };
}
