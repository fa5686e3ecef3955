import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { effects, fail, PLANES, recover, SPEED, startPlane, type StartedPlane } from './planes.js';
import { portal, type IntuneFacts } from './portal.js';
import { start, type Running } from './processes.js';
import { fetchPackages, VERSIONS } from './real-packages.js';
import { chapter, expect, remark, typing } from './terminal.js';

const USAGE = `npm run demo [-- --keep]

Publishes a real program with one request to five simulated planes (Intune, Jamf Pro, SCCM, Landscape, AWX), breaks what it
did, repairs it, goes on while a plane is down, and takes it all back.

  --keep   leave host and simulators running, and say where
`;

/** What the gates ask for is in the packages of this demo: the programs come with their SBOMs. */
const GOVERNANCE = [
  ['artifact', '@eucora/plugin-evidence-artifact', '{}'],
  ['sbom', '@eucora/plugin-evidence-sbom', '{}'],
  ['evidence', '@eucora/plugin-gate-evidence', '{"required":["artifact","sbom"]}'],
  ['promotion', '@eucora/plugin-gate-promotion', '{}'],
] as const;

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
  chapter(`${PLANES.length + 1} processes: the host, and a simulator of each plane`);
  const planes = await startPlanes();
  const eucora = await startHost();
  const [intune, , , landscape] = planes as [StartedPlane, StartedPlane, StartedPlane, StartedPlane];
  const administrator = await portal(intune.facts.config as unknown as IntuneFacts);
  const effectsOnAll = async () => (await Promise.all(planes.map(effects))).reduce((sum, count) => sum + count, 0);

  chapter('Connectors are plugins, loaded by name');
  for (const plane of planes) await register(eucora, plane);
  expect((await eucora(['connectors', 'health'])).code === 0, 'every connector answers');

  chapter('So are evidence providers and policy gates');
  for (const [id, module, config] of GOVERNANCE) await registerGovernance(eucora, id, module, config);

  chapter('Packages: two versions of a real program for three systems, each with its SBOM');
  for (const version of VERSIONS) await addPackages(eucora, version);

  chapter('One intent for five planes, and what would come of it');
  const before = await effectsOnAll();
  const first = await createIntent(eucora, VERSIONS[0], planes);
  await eucora(['plan', first, '--ring', 'lab']);
  expect((await effectsOnAll()) === before, 'planning changed nothing anywhere');

  chapter('Publish to Lab, and watch the devices check in');
  const published = await eucora(['publish', first, '--ring', 'lab', '--correlation-id', 'demo-older', '--wait']);
  expect(published.code === 0, 'five runs under one rollout, all settled: every device in Lab has it');

  chapter('The same again');
  const afterwards = await effectsOnAll();
  await eucora(['publish', first, '--ring', 'lab', '--correlation-id', 'demo-older']);
  const repeated = await repeatByHand(first, 'demo-older');
  expect(repeated.status === 409, `the host answers 409 with the first outcome: ${repeated.outcome}`);
  expect((await effectsOnAll()) === afterwards, 'nothing new on any plane');

  chapter("Behind the hub's back, an administrator of Intune deletes the assignment");
  remark(`deleted: ${await administrator.deleteAllAssignments()}`);
  const found = await eucora(['reconcile', '--intent', first]);
  expect(/missing_assignment .*REMEDIATED/.test(found.stdout), 'reconcile found missing_assignment and healed it');
  expect((await administrator.look())[0]?.assignments === 1, 'the assignment is back');

  chapter('The newer version: a plan, signed by the hub');
  const second = await createIntent(eucora, VERSIONS[1], planes);
  const naming = ['--ring', 'lab', '--correlation-id', 'demo-newer'];
  expect((await eucora(['plan', second, ...naming, '-o', 'plan.json'])).code === 0, 'nothing was written but the plan');
  const plan = await readFile(join(home, 'plan.json'), 'utf8');
  await writeFile(join(home, 'changed.json'), plan.replace('"ring":"lab"', '"ring":"lib"'));
  const refused = await eucora(['publish', '--plan', 'changed.json']);
  expect(refused.code === 1, 'with one letter changed it is refused');

  chapter(`It is applied exactly, while ${landscape.product} is down`);
  await fail(landscape);
  await eucora(['publish', '--plan', 'plan.json']);
  await othersSettled(eucora, 'demo-newer', landscape.id);
  await eucora(['status', 'demo-newer']);
  expect(true, `four planes settled; the run on ${landscape.id} waits`);
  await recover(landscape);
  remark(`${landscape.product} answers again`);
  expect((await eucora(['status', 'demo-newer', '--watch'])).code === 0, 'the fifth run went on by itself and settled');

  chapter('What the decisions rested on: a pack that can be verified anywhere');
  const { stdout: standing } = await eucora(['status', 'demo-newer', '--json'], { show: false });
  const { runs } = JSON.parse(standing) as { runs: { plane: string; pack: string }[] };
  const pack = runs.find(({ plane }) => plane === 'intune')!.pack;
  await eucora(['evidence', 'keys', '-o', 'hub.pub']);
  await eucora(['evidence', 'export', pack, '-o', 'pack']);
  const verify = ['evidence', 'verify', 'pack', '--key', 'hub.pub'];
  expect((await eucora(verify)).code === 0, 'signed by the hub, every file whole');
  await changeOneByte(join(home, 'pack', 'pack.dsse.json'));
  expect((await eucora(verify)).code === 1, 'with one byte changed it is not');

  chapter('And back to the older version, on all five');
  await eucora(['rollback', 'demo-newer', '--reason', 'it crashes on start', '--wait']);
  const apps = await administrator.look();
  expect(apps.length === 2, 'both versions are kept on the plane');
  const assigned = apps.filter((app) => app.assignments > 0);
  expect(
    assigned.length === 1 && (assigned[0]?.name.includes(VERSIONS[0]) ?? false),
    `only ${VERSIONS[0]} is assigned in Intune`,
  );
  const { code, stdout } = await eucora(['reconcile', '--intent', first]);
  expect(code === 0 && stdout.includes('no drift'), 'all five planes hold what the older intent wants');

  chapter('The audit trail');
  await eucora(['events', 'list', '--correlation-id', 'demo-newer', '--limit', '20']);
  expect((await eucora(['events', 'verify'])).code === 0, 'every link of the chain holds');
  remark(`took ${Math.round((performance.now() - began) / 1_000)} s`);
}

type Eucora = ReturnType<typeof typing>;

async function startPlanes(): Promise<StartedPlane[]> {
  const planes = await Promise.all(
    PLANES.map(async (plane) => {
      const started = await startPlane(plane, home);
      running.push(started.process);
      return started;
    }),
  );
  for (const { product, devices, facts } of planes) {
    remark(`simulator of ${product} at ${facts.url}: ${facts.devices} ${devices} devices`);
  }
  remark(`simulators, all of them: one real second is ${SPEED} of theirs`);
  return planes;
}

async function register(eucora: Eucora, { id, configFile, authType }: StartedPlane): Promise<void> {
  const options = ['--module', `@eucora/plugin-${id}`, '--config', configFile, '--auth-type', authType, '--enable'];
  const { code } = await eucora(['connectors', 'register', id, ...options]);
  if (code !== 0) throw new Error(`${id} could not be registered`);
}

async function registerGovernance(eucora: Eucora, id: string, module: string, config: string): Promise<void> {
  const { code } = await eucora(['connectors', 'register', id, '--module', module, '--config', config, '--enable']);
  if (code !== 0) throw new Error(`${id} could not be registered`);
}

async function changeOneByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1]! ^= 1;
  await writeFile(file, bytes);
}

async function addPackages(eucora: Eucora, version: string): Promise<void> {
  for (const fetched of await fetchPackages(version, resolve('.cache', 'demo'))) {
    remark(`esbuild ${version} for ${fetched.platform}: ${fetched.fileName}, sha256 ${fetched.sha256}`);
    const { code } = await eucora(['packages', 'add', fetched.manifest]);
    if (code !== 0) throw new Error(`${fetched.manifest} was refused`);
  }
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

/** The process that was started last says in its first line where it listens. */
function hostUrl(): string {
  const { firstLine } = running.at(-1)!;
  const [url] = /https?:\/\/[^\s,]+/.exec(firstLine) ?? [];
  if (!url) throw new Error(`the host did not say where it listens: ${firstLine}`);
  return url;
}

async function createIntent(eucora: Eucora, version: string, planes: readonly StartedPlane[]): Promise<string> {
  const scopes = (ring: string) =>
    Object.fromEntries(planes.map(({ id, facts }) => [id, { include: [facts.groups[ring]] }]));
  const file = `intent-${version}.json`;
  const intent = {
    package_key: `esbuild@${version}`,
    planes: planes.map(({ id }) => id),
    rings: ['lab', 'canary'].map((ring) => ({ ring, scopes: scopes(ring) })),
  };
  await writeFile(join(home, file), JSON.stringify(intent, undefined, 2));
  const { stdout } = await eucora(['intents', 'create', file]);
  const [, id] = /^intent (\S+)/m.exec(stdout) ?? [];
  if (!id) throw new Error(`${file} was refused`);
  return id;
}

/** Waits until every run but one has settled. */
async function othersSettled(eucora: Eucora, correlationId: string, waiting: string): Promise<void> {
  for (;;) {
    const { stdout } = await eucora(['status', correlationId, '--json'], { show: false });
    const { runs } = JSON.parse(stdout) as { runs: { plane: string; status: string }[] };
    const others = runs.filter(({ plane }) => plane !== waiting);
    if (others.every(({ status }) => status === 'SETTLED')) return;
    const broken = runs.find(({ status }) => ['FAILED', 'REFUSED', 'HALTED'].includes(status));
    if (broken) throw new Error(`the run on ${broken.plane} is ${broken.status}`);
    await sleep(500, undefined, { signal: stopping.signal });
  }
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
    remark(`  process ${child.pid}: ${firstLine.startsWith('{') ? simulatorLine(firstLine) : firstLine}`);
    child.unref();
    child.stdout?.destroy();
  }
  remark(`end them with: kill ${running.map(({ process: child }) => child.pid).join(' ')}`);
  process.exit(0);
}

const simulatorLine = (firstLine: string): string => {
  const { simulator, url } = JSON.parse(firstLine) as { simulator: string; url: string };
  return `simulator of ${simulator} at ${url}`;
};

async function end(code: number): Promise<never> {
  const codes = await Promise.all(running.reverse().map((one) => one.stop()));
  const clean = codes.every((ended) => ended === 0);
  if (code === 0 && !clean) process.stderr.write(`a process did not end cleanly: ${codes.join(', ')}; see ${home}\n`);
  if (code === 0 && clean) {
    await rm(home, { recursive: true, force: true });
    process.stdout.write('\nhost and simulators stopped; everything held.\n');
  } else process.stderr.write(`logs are in ${home}\n`);
  process.exit(code === 0 && !clean ? 1 : code);
}
