import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
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

  it('shows what the decision rested on, and exports it to be verified without the host', async () => {
    const [, digest] = /evidence pack for sandbox: ([0-9a-f]{64})/.exec((await say('status', 'change-1')).out)!;
    expect((await say('evidence', 'show', digest!, '--json')).json()).to.have.nested.property('predicate.evidence');

    const exported = await say('evidence', 'export', digest!, '-o', 'pack');
    expect(exported.code, exported.err).to.equal(0);
    expect((await say('evidence', 'export', digest!, '-o', 'pack')).code).to.equal(0);
    expect((await say('evidence', 'keys', '-o', 'hub.pub')).code).to.equal(0);
    const verified = await say('evidence', 'verify', 'pack', '--key', 'hub.pub');
    expect(verified.out, verified.err).to.match(/^Intact: 1 file, sealed .+ for change-1 on sandbox/);
    expect((await say('evidence', 'verify', 'pack')).code).to.equal(0);

    const [file] = await readdir(join(folder, 'pack', 'files'));
    await appendFile(join(folder, 'pack', 'files', file!), 'x');
    const { code, err } = await say('evidence', 'verify', 'pack', '--key', 'hub.pub');
    expect(code).to.equal(1);
    expect(err).to.include('EVIDENCE_TAMPERED').and.to.include(`setup.exe (${file}) was changed`);
    expect((await say('evidence', 'verify', 'pack', '--key', 'app.yaml')).err).to.include('no public key');
    expect((await say('evidence', 'verify', 'nothing', '--key', 'hub.pub')).err).to.include('INPUT_INVALID');
  });

  it('plans, signs, and applies exactly that, once', async () => {
    const planned = await say('plan', 'web', '--ring', 'lab', '-o', 'plan.json');
    expect(planned.code, planned.err).to.equal(0);
    expect(planned.out).to.include('-> eucora publish --plan plan.json');
    const plan = await readFile(join(folder, 'plan.json'), 'utf8');
    await writeFile(join(folder, 'changed.json'), plan.replace('"ring":"lab"', '"ring":"canary"'));
    await writeFile(join(folder, 'spaced.json'), plan.replace('{', '{ '));

    for (const changed of ['changed.json', 'spaced.json'])
      expect((await say('publish', '--plan', changed)).err).to.match(/^PLAN_INVALID/);
    const applied = await say('publish', '--plan', 'plan.json', '--json');
    expect(applied.code, applied.err).to.equal(0);
    const id = applied.json()['correlation_id'] as string;
    expect((await say('publish', '--plan', 'plan.json')).out).to.include('Already done');
    while (!['OBSERVING', 'SETTLED'].includes((await say('status', id, '--json')).json()['status'] as string));
    const [run] = (await say('status', id, '--json')).json()['runs'] as { operations: { key: string }[] }[];
    const { planes } = (JSON.parse(plan) as { plan: { planes: { operations: { key: string }[] }[] } }).plan;
    expect(run!.operations.map(({ key }) => key)).to.deep.equal(planes[0]!.operations.map(({ key }) => key));
    expect((await say('publish')).err).to.include('neither an intent nor a plan');
  });

  it('adds a document to a package, and keeps waivers and incidents', async () => {
    const attached = await say('packages', 'attach', 'demo@1.0.0/windows', 'scan', 'intent.yaml');
    expect(attached.code, attached.err).to.equal(0);
    expect((await say('packages', 'attach', 'demo@1.0.0/windows', 'horoscope', 'intent.yaml')).err).to.include(
      'no kind',
    );

    const asked = [
      'waivers',
      'grant',
      'vulnerabilities',
      '--waive',
      'CVE-1',
      '--package',
      'demo',
      '--reason',
      'unused',
    ];
    const granted = await say(...asked, '--days', '7', '--json');
    expect(granted.code, granted.err).to.equal(0);
    expect((await say(...asked, '--until', 'soon')).code).to.equal(1);
    expect((await say('waivers', 'list')).out).to.match(/vulnerabilities\s+CVE-1\s+demo\s+all\s+\S+\s+ACTIVE\s+never/);
    const waiver = granted.json()['id'] as string;
    expect((await say('waivers', 'revoke', waiver, '--reason', 'fixed')).out).to.equal(`REVOKED: ${waiver}\n`);

    const reported = await say('incidents', 'report', 'demo', '--what', 'beacons out', '--json');
    expect((await say('incidents', 'list', '--status', 'OPEN')).out).to.include('beacons out');
    const incident = reported.json()['id'] as string;
    expect((await say('incidents', 'close', incident, '--note', 'no')).out).to.equal(
      `CLOSED: ${incident} about demo\n`,
    );
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
