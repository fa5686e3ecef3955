import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fastClock, realClock, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';
import { generateCertificate } from './certificate.js';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startIntuneSimulator, type IntuneSimulator } from './start.js';

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
    /** Devices, dealt out to the groups of the five rings. */
    devices: { type: 'string' },
    seed: { type: 'string' },
    /** 0 to 1. */
    'failure-rate': { type: 'string' },
    /** Minutes between two check-ins of a device. */
    'check-in-minutes': { type: 'string' },
    /** PEM file of the registered certificate; made and written to --credentials when it is left out. */
    certificate: { type: 'string' },
    /** PEM file of its key, which is named in the configuration and read by nobody here. */
    'private-key': { type: 'string' },
    /** Folder for a certificate.pem and a private-key.pem of the simulator's making. */
    credentials: { type: 'string' },
    /** Folder with intune-graph.openapi.json and entra-graph.openapi.json. */
    contracts: { type: 'string' },
  },
});

const given = (name: keyof typeof values): string | undefined =>
  values[name] ?? process.env[`EUCORA_SIMULATOR_${name.toUpperCase().replaceAll('-', '_')}`];
const number = (name: keyof typeof values, otherwise: number): number => {
  const value = Number(given(name) ?? otherwise);
  if (!Number.isFinite(value) || value < 0) throw new RangeError(`--${name} must be a number that is not negative`);
  return value;
};

const speed = number('speed', 1);
const seed = number('seed', 1);
const { devices, groups } = rollout(number('devices', 110));
const credentials = await credentialsOf(given('certificate'), given('private-key'), given('credentials'));
const contract = await contractIn(given('contracts') ?? resolve('..', 'shared', 'contracts'));

const simulator = await startIntuneSimulator({
  port: number('port', 0),
  clock: speed === 1 ? realClock : fastClock({ speed }),
  signInClock: realClock,
  fleet: {
    seed,
    devices,
    failureRate: number('failure-rate', 0),
    checkInMs: number('check-in-minutes', 480) * 60_000,
  },
  certificate: credentials.certificate,
  ...(contract && { contract }),
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}
process.stdout.write(
  `${JSON.stringify({
    simulator: 'intune',
    url: simulator.url,
    graph_url: simulator.graphUrl,
    login_url: simulator.loginUrl,
    tenant_id: simulator.tenantId,
    client_id: simulator.clientId,
    certificate_file: credentials.certificateFile,
    private_key_file: credentials.privateKeyFile,
    config: configFor(simulator, credentials),
    groups,
    devices: devices.length,
    seed,
    speed,
    contract: contract !== undefined,
  })}\n`,
);

interface Credentials {
  readonly certificate: string;
  readonly certificateFile: string;
  readonly privateKeyFile?: string;
}

/** What the plugin's configuration has to be for this simulator. Polls are real time, and the simulator's time may be fast. */
function configFor({ url, graphUrl, loginUrl, tenantId, clientId }: IntuneSimulator, files: Credentials) {
  const sooner = (ms: number, least: number) => Math.max(least, Math.round(ms / Math.max(1, speed)));
  return {
    tenantId,
    clientId,
    certificate: `file:${files.certificateFile}`,
    ...(files.privateKeyFile !== undefined && { privateKey: `file:${files.privateKeyFile}` }),
    graphUrl,
    loginUrl,
    extraHosts: [new URL(url).host],
    filePollMs: sooner(2_000, 200),
    publishPollMs: sooner(5_000, 200),
    reportPollMs: sooner(3_000, 200),
    consistencyMs: sooner(30_000, 2_000),
  };
}

async function credentialsOf(
  certificateFile: string | undefined,
  privateKeyFile: string | undefined,
  folder: string | undefined,
): Promise<Credentials> {
  if (certificateFile) {
    return {
      certificate: await readFile(certificateFile, 'utf8'),
      certificateFile: resolve(certificateFile),
      ...(privateKeyFile !== undefined && { privateKeyFile: resolve(privateKeyFile) }),
    };
  }
  if (!folder) throw new Error('give --certificate FILE, or --credentials FOLDER for one of our making');
  const made = generateCertificate();
  const files = {
    certificateFile: resolve(folder, 'certificate.pem'),
    privateKeyFile: resolve(folder, 'private-key.pem'),
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(files.certificateFile, made.certificate);
  await writeFile(files.privateKeyFile, made.privateKey, { mode: 0o600 });
  return { certificate: made.certificate, ...files };
}

async function contractIn(folder: string): Promise<OpenApiValidator | undefined> {
  const files = contractNames.map((name) => [name, join(folder, `${name}.openapi.json`)] as const);
  if (!files.every(([, file]) => existsSync(file))) {
    process.stderr.write(`no Graph contract in ${folder}: requests are not checked against it\n`);
    return undefined;
  }
  const documents = files.map(
    async ([name, file]) => [name, JSON.parse(await readFile(file, 'utf8')) as OpenApiDocument] as const,
  );
  return contractOf(Object.fromEntries(await Promise.all(documents)));
}
