import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fastClock, realClock, type Clock } from '../clock.js';
import { contractsIn } from './contracts.js';
import type { FleetOptions } from './fleet.js';
import type { OpenApiDocument } from './open-api-document.js';
import type { Rollout } from './rollout.js';
import type { SimulatorServer } from './simulator.js';

/** A simulator that can be a process of its own. */
export interface Serving {
  /** Short name of the plane, for programs: `jamf`. */
  readonly simulator: string;
  /** Files of the vendor's contract, without `.openapi.json`. */
  readonly contractNames: readonly string[];
  /** Minutes between two check-ins of a device, where nobody says. */
  readonly checkInMinutes: number;
  /** Options of this simulator beside the common ones, and what they are for. */
  readonly options?: Readonly<Record<string, string>>;
  rollout(devices: number): Rollout;
  start(given: Given): Promise<Served>;
}

/** What the command line said, made ready. */
export interface Given {
  readonly port: number;
  readonly speed: number;
  readonly clock: Clock;
  /** Whoever signs in lives in real time. */
  readonly signInClock: Clock;
  readonly fleet: Required<Pick<FleetOptions, 'seed' | 'devices' | 'failureRate' | 'checkInMs'>>;
  readonly contracts?: Readonly<Record<string, OpenApiDocument>>;
  option(name: string): string | undefined;
  /** Writes a secret for its owner alone. @returns the reference for a connector's configuration */
  secret(name: string, value: string): Promise<string>;
  /** A folder among the credentials. @returns its absolute path */
  folder(name: string): Promise<string>;
  /** A wait of a real client, shortened as the simulator's time is sped up. Milliseconds, at least `least` (50). */
  sooner(ms: number, least?: number): number;
}

export interface Served {
  readonly simulator: Pick<SimulatorServer, 'url' | 'close'>;
  /** The whole configuration of a connector to it. */
  readonly config: object;
  /** More that a program may want to know. */
  readonly facts?: object;
  /** What else is to be closed. */
  close?(): Promise<void>;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

const COMMON: Readonly<Record<string, string>> = {
  port: '0: any free one',
  speed: 'seconds that pass for each real one (1)',
  devices: 'devices, dealt out to the targets of the five rings (110)',
  seed: 'decides which devices fail, and when they check in (1)',
  'failure-rate': 'part of the installations that fail, 0 to 1 (0)',
  'check-in-minutes': 'between two check-ins of a device',
  credentials: 'folder for secrets of the making of the simulator (required)',
  contracts: "folder with the vendor's OpenAPI documents (../shared/contracts)",
};

/**
 * Runs a simulator as a process of its own: says in one line of JSON where it listens and how a connector is configured for it, and
 * ends with SIGTERM or SIGINT. Each option may also be given as `EUCORA_SIMULATOR_<NAME>`; `--help` lists them.
 *
 * @returns a function that ends it; nothing after `--help`
 */
export async function serveSimulator(
  serving: Serving,
  args: readonly string[] = process.argv.slice(2),
): Promise<(() => Promise<void>) | undefined> {
  const known = { ...COMMON, ...serving.options };
  const options = Object.fromEntries(Object.keys(known).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } });
  if (values.help) {
    for (const [name, what] of Object.entries(known)) process.stdout.write(`  --${name.padEnd(18)} ${what}\n`);
    return undefined;
  }

  const { given, groups } = await understood(serving, values as Readonly<Record<string, string | undefined>>);
  const served = await serving.start(given);
  const leave = () => void end().then(() => process.exit(0));
  const end = async () => {
    for (const signal of SIGNALS) process.off(signal, leave);
    await Promise.all([served.simulator.close(), served.close?.()]);
  };
  for (const signal of SIGNALS) process.once(signal, leave);
  const facts = {
    simulator: serving.simulator,
    url: served.simulator.url,
    ...served.facts,
    config: served.config,
    groups,
    devices: given.fleet.devices.length,
    seed: given.fleet.seed,
    speed: given.speed,
    contract: given.contracts !== undefined,
  };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  return end;
}

async function understood(serving: Serving, values: Readonly<Record<string, string | undefined>>) {
  const option = (name: string) =>
    values[name] ?? process.env[`EUCORA_SIMULATOR_${name.toUpperCase().replaceAll('-', '_')}`];
  const number = (name: string, otherwise: number): number => {
    const value = Number(option(name) ?? otherwise);
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`--${name} must be a number that is not negative`);
    return value;
  };
  const credentials = option('credentials');
  if (!credentials) throw new Error('give --credentials FOLDER, for the secrets that a connector needs');
  const within = async (name: string) => {
    await mkdir(credentials, { recursive: true, mode: 0o700 });
    return resolve(credentials, name);
  };

  const speed = number('speed', 1);
  const { devices, groups } = serving.rollout(number('devices', 110));
  const folder = option('contracts') ?? resolve('..', 'shared', 'contracts');
  const contracts = contractsIn(folder, serving.contractNames, (sentence) => process.stderr.write(`${sentence}\n`));
  const given: Given = {
    port: number('port', 0),
    speed,
    clock: speed === 1 ? realClock : fastClock({ speed }),
    signInClock: realClock,
    fleet: {
      seed: number('seed', 1),
      devices,
      failureRate: number('failure-rate', 0),
      checkInMs: number('check-in-minutes', serving.checkInMinutes) * 60_000,
    },
    ...(contracts && { contracts }),
    option,
    async secret(name, value) {
      const file = await within(name);
      await writeFile(file, value, { mode: 0o600 });
      return `file:${file}`;
    },
    async folder(name) {
      const path = await within(name);
      await mkdir(path, { recursive: true, mode: 0o700 });
      return path;
    },
    sooner: (ms, least = 50) => Math.max(least, Math.round(ms / Math.max(1, speed))),
  };
  return { given, groups };
}
