import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { portal, type SimulatorFacts } from './portal.js';
import { start, type Running } from './processes.js';
import { fetchPackage, VERSIONS, type FetchedPackage } from './real-packages.js';
import { chapter, expect, remark, typing, type Typed } from './terminal.js';

const USAGE = `npm run demo [-- --keep]

Publishes a real program to a simulated Intune, breaks it, repairs it, upgrades it and takes it back.

  --keep   leave host and simulator running, and say where
`;

/** The simulator's time: so many seconds for each real one, and so often a device checks in. */
const SPEED = 120;
const CHECK_IN_MINUTES = 20;

const { values } = parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}

const running: Running[] = [];
const began = performance.now();
await mkdir('.eucora', { recursive: true, mode: 0o700 });
const home = await mkdtemp(resolve('.eucora', 'demo-'));
try {
  await demo();
  if (values.keep) sayWhere();
  else await end(0);
} catch (cause) {
  process.stderr.write(`\n${cause instanceof Error ? cause.message : String(cause)}\n`);
  await end(stopping.signal.aborted ? 130 : 1);
}

async function demo(): Promise<void> {
  chapter('Two processes: the host, and a simulator of Microsoft Intune');
  const simulator = await startSimulator();
  const eucora = await startHost();
  const administrator = await portal(simulator);

  chapter('Connectors are plugins, loaded by name');
  await eucora([
    'connectors',
    'register',
    'intune',
    '--module',
    '@eucora/plugin-intune',
    '--config',
    'intune.json',
    '--auth-type',
    'certificate',
    '--enable',
  ]);
  await eucora(['connectors', 'register', 'sandbox', '--module', '@eucora/plugin-sandbox', '--enable']);
  expect((await eucora(['connectors', 'health'])).code === 0, 'every connector answers');

  chapter('Packages: two versions of a real program, each with its SBOM');
  const [older, newer] = await fetchPackages();
  for (const { manifest } of [older!, newer!]) await eucora(['packages', 'add', manifest]);

  chapter('An intent, and what would come of it');
  const first = await createIntent(eucora, older!, simulator);
  await eucora(['plan', first, '--ring', 'lab']);
  expect((await administrator.writes()) === 0, 'planning wrote nothing');

  chapter('Publish to Lab, and watch the devices check in');
  const published = await eucora(['publish', first, '--ring', 'lab', '--correlation-id', 'demo-older', '--wait']);
  expect(published.code === 0, 'the ring is settled: every device in Lab has it');

  chapter('The same again');
  const writes = await administrator.writes();
  await eucora(['publish', first, '--ring', 'lab', '--correlation-id', 'demo-older']);
  const repeated = await repeatByHand(first, 'demo-older');
  expect(repeated.status === 409, `the host answers 409 with the first outcome: ${repeated.outcome}`);
  expect((await administrator.writes()) === writes, 'nothing new on the plane');

  chapter("Behind the hub's back, an administrator deletes the assignment");
  remark(`deleted: ${await administrator.deleteAllAssignments()}`);
  const found = await json(eucora, ['reconcile', '--intent', first]);
  const [drift] = (found as { drift: { type: string; status: string }[] }).drift;
  expect(
    drift?.type === 'missing_assignment' && drift.status === 'REMEDIATED',
    'reconcile found missing_assignment and healed it',
  );
  await eucora(['drift', 'list']);
  expect((await administrator.look())[0]?.assignments === 1, 'the assignment is back');

  chapter('The newer version, and back to the older');
  const second = await createIntent(eucora, newer!, simulator);
  await eucora(['publish', second, '--ring', 'lab', '--correlation-id', 'demo-newer', '--wait']);
  await eucora(['rollback', 'demo-newer', '--reason', 'it crashes on start', '--wait']);
  const apps = await administrator.look();
  expect(apps.length === 2, 'both versions are kept on the plane');
  const assigned = apps.filter(({ assignments }) => assignments > 0);
  expect(
    assigned.length === 1 && (assigned[0]?.name.includes(older!.version) ?? false),
    `only ${older!.version} is assigned`,
  );

  chapter('The audit trail');
  await eucora(['events', 'list', '--correlation-id', 'demo-newer']);
  expect((await eucora(['events', 'verify'])).code === 0, 'every link of the chain holds');
  remark(`took ${Math.round((performance.now() - began) / 1_000)} s`);
}

type Eucora = ReturnType<typeof typing>;

async function startSimulator(): Promise<SimulatorFacts> {
  const script = resolve('plugins/intune/dist/simulator/serve.js');
  const options = [
    '--speed',
    SPEED,
    '--devices',
    110,
    '--check-in-minutes',
    CHECK_IN_MINUTES,
    '--credentials',
    join(home, 'credentials'),
  ];
  const simulator = await start('the Intune simulator', [script, ...options.map(String)], {
    cwd: process.cwd(),
    env: process.env,
    logFile: join(home, 'simulator.log'),
  });
  running.push(simulator);
  const facts = JSON.parse(simulator.firstLine) as SimulatorFacts;
  remark(`simulator of Intune at ${facts.url} (a simulator: one real second is ${SPEED} of its own)`);
  await writeFile(join(home, 'intune.json'), JSON.stringify(connectorConfig(facts), undefined, 2));
  return facts;
}

function connectorConfig(facts: SimulatorFacts) {
  return {
    tenantId: facts.tenant_id,
    clientId: facts.client_id,
    certificate: `file:${facts.certificate_file}`,
    privateKey: `file:${facts.private_key_file}`,
    graphUrl: facts.graph_url,
    loginUrl: facts.login_url,
    extraHosts: [new URL(facts.url).host],
    filePollMs: 200,
    publishPollMs: 200,
    reportPollMs: 200,
    consistencyMs: 2_000,
  };
}

async function startHost(): Promise<Eucora> {
  const env = { ...process.env, EUCORA_DATA_DIR: join(home, 'data'), EUCORA_PORT: '0' };
  const host = await start('the host', [resolve('packages/cli/bin/eucora.mjs'), 'host', 'start'], {
    cwd: home,
    env,
    logFile: join(home, 'host.log'),
  });
  running.push(host);
  remark(host.firstLine);
  return typing(home, { ...env, EUCORA_URL: hostUrl() }, stopping.signal);
}

/** The second process that was started says in its first line where it listens. */
function hostUrl(): string {
  const [url] = /https?:\/\/[^\s,]+/.exec(running[1]!.firstLine) ?? [];
  if (!url) throw new Error(`the host did not say where it listens: ${running[1]!.firstLine}`);
  return url;
}

async function fetchPackages(): Promise<FetchedPackage[]> {
  const fetched: FetchedPackage[] = [];
  for (const version of VERSIONS) {
    const found = await fetchPackage(version, resolve('.cache', 'demo'));
    remark(`esbuild ${version} for Windows, sha256 ${found.sha256}`);
    fetched.push(found);
  }
  return fetched;
}

async function createIntent(eucora: Eucora, { version }: FetchedPackage, { groups }: SimulatorFacts): Promise<string> {
  const scope = (ring: string) => ({ intune: { include: [groups[ring]] } });
  const file = join(home, `intent-${version}.json`);
  const intent = {
    package_key: `esbuild@${version}/windows`,
    planes: ['intune'],
    rings: [
      { ring: 'lab', scopes: scope('lab') },
      { ring: 'canary', scopes: scope('canary') },
    ],
  };
  await writeFile(file, JSON.stringify(intent, undefined, 2));
  return ((await json(eucora, ['intents', 'create', file])) as { id: string }).id;
}

/** For programs: one document on standard output. */
async function json(eucora: Eucora, args: readonly string[]): Promise<unknown> {
  const { code, stdout }: Typed = await eucora([...args, '--json']);
  if (code !== 0) throw new Error(`eucora ${args.join(' ')} ended with ${code}`);
  return JSON.parse(stdout) as unknown;
}

/** The request itself, to show the status code that the command line turns into words. */
async function repeatByHand(intent: string, correlationId: string): Promise<{ status: number; outcome: string }> {
  const token = await readFile(join(home, 'data', 'token'), 'utf8');
  const answer = await fetch(new URL(`/api/deployments/intents/${intent}/publish/`, hostUrl()), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token.trim()}`,
      'content-type': 'application/json',
      'idempotency-key': correlationId,
    },
    body: JSON.stringify({ correlation_id: correlationId, ring: 'lab' }),
  });
  const body = (await answer.json()) as { outcome?: { status: string } };
  return { status: answer.status, outcome: body.outcome?.status ?? 'none' };
}

function sayWhere(): void {
  chapter('Left running, as you asked');
  remark(`everything is in ${home}`);
  remark(`  cd ${home} && export EUCORA_DATA_DIR=data EUCORA_URL=${hostUrl()}`);
  for (const { process: child, firstLine } of running) {
    remark(
      `  process ${child.pid}: ${firstLine.startsWith('{') ? `simulator of Intune at ${(JSON.parse(firstLine) as SimulatorFacts).url}` : firstLine}`,
    );
    child.unref();
    child.stdout?.destroy();
  }
  remark(`end them with: kill ${running.map(({ process: child }) => child.pid).join(' ')}`);
  process.exit(0);
}

async function end(code: number): Promise<never> {
  const codes = await Promise.all(running.reverse().map((one) => one.stop()));
  const clean = codes.every((ended) => ended === 0);
  if (code === 0 && !clean) process.stderr.write(`a process did not end cleanly: ${codes.join(', ')}; see ${home}\n`);
  if (code === 0 && clean) {
    await rm(home, { recursive: true, force: true });
    process.stdout.write('\nhost and simulator stopped; everything held.\n');
  } else process.stderr.write(`logs are in ${home}\n`);
  process.exit(code === 0 && !clean ? 1 : code);
}
