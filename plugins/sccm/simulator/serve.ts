import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fastClock, realClock, type OpenApiDocument, type OpenApiValidator } from '@eucora/sdk/testing';
import { contractNames, contractOf } from './contract.js';
import { rollout } from './rollout.js';
import { startSccmSimulator } from './start.js';

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
    /** Devices, dealt out to the collections of the five rings. */
    devices: { type: 'string' },
    seed: { type: 'string' },
    /** 0 to 1. */
    'failure-rate': { type: 'string' },
    /** Minutes between two check-ins of a device. */
    'check-in-minutes': { type: 'string' },
    /** Folder for a proof of identity, a token, and the content share; made if need be. */
    credentials: { type: 'string' },
    /** Folder with sccm-adminservice.openapi.json. */
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

const SHARE = '\\\\files.contoso.example\\eucora';
/** A proof lives for ten hours; it is made anew well before. */
const RENEW_MS = 3_600_000;

const speed = number('speed', 1);
const seed = number('seed', 1);
const { devices, groups } = rollout(number('devices', 110));
const folder = given('credentials');
if (!folder) throw new Error('give --credentials FOLDER, where the proof of identity is to be written');
const [proofFile, tokenFile, contentFolder] = ['negotiate', 'authoring-token', 'content'].map((name) =>
  resolve(folder, name),
) as [string, string, string];
await mkdir(contentFolder, { recursive: true, mode: 0o700 });
const contract = await contractIn(given('contracts') ?? resolve('..', 'shared', 'contracts'));

const simulator = await startSccmSimulator({
  port: number('port', 0),
  clock: speed === 1 ? realClock : fastClock({ speed }),
  signInClock: realClock,
  fleet: {
    seed,
    devices,
    failureRate: number('failure-rate', 0),
    checkInMs: number('check-in-minutes', 480) * 60_000,
  },
  content: { share: SHARE, folder: contentFolder },
  ...(contract && { contract }),
});

const writeProof = () => writeFile(proofFile, simulator.issueProof(), { mode: 0o600 });
await writeProof();
await writeFile(tokenFile, simulator.authoringToken, { mode: 0o600 });
setInterval(() => void writeProof(), RENEW_MS).unref();

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}
process.stdout.write(
  `${JSON.stringify({
    simulator: 'sccm',
    url: simulator.url,
    config: {
      adminServiceUrl: simulator.adminServiceUrl,
      siteCode: simulator.siteCode,
      negotiate: { kind: 'token', token: `file:${proofFile}` },
      authoring: { kind: 'https', url: simulator.authoringUrl, token: `file:${tokenFile}` },
      contentShare: SHARE,
      contentFolder,
      distributionPointGroups: [simulator.pointGroups[0]!.name],
      // Polls are real time, and the site's hour is short when its clock is fast.
      contentPollMs: pollOf(15_000),
      collectionPollMs: pollOf(5_000),
      consistencyMs: Math.max(1_000, pollOf(10_000)),
    },
    groups,
    devices: devices.length,
    seed,
    speed,
    contract: contract !== undefined,
  })}\n`,
);

function pollOf(ms: number): number {
  return Math.max(50, Math.round(ms / speed));
}

async function contractIn(where: string): Promise<OpenApiValidator | undefined> {
  const files = contractNames.map((name) => [name, join(where, `${name}.openapi.json`)] as const);
  if (!files.every(([, file]) => existsSync(file))) {
    process.stderr.write(
      `no contract of the administration service in ${where}: requests are not checked against it\n`,
    );
    return undefined;
  }
  const read = files.map(
    async ([name, file]) => [name, JSON.parse(await readFile(file, 'utf8')) as OpenApiDocument] as const,
  );
  return contractOf(Object.fromEntries(await Promise.all(read)));
}
