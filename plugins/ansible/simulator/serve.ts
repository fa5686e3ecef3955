import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fastClock, realClock, type OpenApiDocument } from '@eucora/sdk/testing';
import { contractNames } from './contract.js';
import { rollout } from './rollout.js';
import { startAwxSimulator } from './start.js';

/**
 * The simulator as a process of its own. Writes where it listens as one line of JSON, and ends with SIGTERM. Each option may
 * also be given as `EUCORA_SIMULATOR_<NAME>`.
 */
const { values } = parseArgs({
  options: {
    /** 0: any free one. */
    port: { type: 'string' },
    /** Seconds that pass for each real one. */
    speed: { type: 'string' },
    /** Hosts, dealt out to the groups of the five rings. */
    devices: { type: 'string' },
    seed: { type: 'string' },
    /** 0 to 1. */
    'failure-rate': { type: 'string' },
    /** Taken as every simulator takes it, and without effect: AWX goes to its hosts and waits for nobody's check-in. */
    'check-in-minutes': { type: 'string' },
    /** Folder for a token of the simulator's making. */
    credentials: { type: 'string' },
    /** Folder with awx.openapi.json. */
    contracts: { type: 'string' },
    /** `fleet` (simulated hosts) or `ansible-playbook` (the plugin's playbooks, really run on this machine). */
    runner: { type: 'string' },
  },
});

const given = (name: keyof typeof values): string | undefined =>
  values[name] ?? process.env[`EUCORA_SIMULATOR_${name.toUpperCase().replaceAll('-', '_')}`];
const number = (name: keyof typeof values, otherwise: number): number => {
  const value = Number(given(name) ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`--${name} must be a number that is not negative`);
  return value;
};

const INSTALL_MS = 120_000;
const TOKEN = 'simulated-awx-token';
/** Nobody fetches from there: simulated hosts have no need to. */
const ARTIFACT_URL = 'https://artifacts.example.test/{sha256}/{file_name}';

const speed = number('speed', 1);
const seed = number('seed', 1);
const runner = given('runner') === 'ansible-playbook' ? 'ansible-playbook' : 'fleet';
const { devices, groups } = rollout(number('devices', 110));
const tokenFile = await credentialsIn(given('credentials'));
const contract = await contractIn(given('contracts') ?? resolve('..', 'shared', 'contracts'));
number('check-in-minutes', 0);

const simulator = await startAwxSimulator({
  port: number('port', 0),
  clock: speed === 1 || runner === 'ansible-playbook' ? realClock : fastClock({ speed }),
  fleet: { seed, devices, failureRate: number('failure-rate', 0), installMs: INSTALL_MS },
  token: TOKEN,
  runner,
  ...(contract && { contract }),
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}
process.stdout.write(
  `${JSON.stringify({
    simulator: 'ansible',
    url: simulator.url,
    config: {
      url: simulator.url,
      apiPrefix: simulator.apiPrefix,
      token: `file:${tokenFile}`,
      inventory: simulator.inventory,
      installTemplate: simulator.installTemplate,
      repositoryTemplate: simulator.repositoryTemplate,
      artifactUrl: ARTIFACT_URL,
      pollMs: speed === 1 ? 2_000 : 100,
    },
    groups,
    devices: devices.length,
    seed,
    speed,
    contract: contract !== undefined,
  })}\n`,
);

async function credentialsIn(folder: string | undefined): Promise<string> {
  if (!folder) throw new Error('give --credentials FOLDER for the token');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = resolve(join(folder, 'awx-token'));
  await writeFile(file, TOKEN, { mode: 0o600 });
  return file;
}

async function contractIn(folder: string): Promise<Readonly<Record<string, OpenApiDocument>> | undefined> {
  const files = contractNames.map((name) => [name, join(folder, `${name}.openapi.json`)] as const);
  if (!files.every(([, file]) => existsSync(file))) {
    process.stderr.write(`no AWX contract in ${folder}: requests are not checked against it\n`);
    return undefined;
  }
  const documents = files.map(
    async ([name, file]) => [name, JSON.parse(await readFile(file, 'utf8')) as OpenApiDocument] as const,
  );
  return Object.fromEntries(await Promise.all(documents));
}
