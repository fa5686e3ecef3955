import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { start, type Running } from './processes.js';

/** What a simulator says of itself when it starts. */
export interface SimulatorFacts {
  readonly simulator: string;
  readonly url: string;
  /** The configuration of the connector that speaks to it; secrets are references. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The target of each ring, in the plane's own words. */
  readonly groups: Readonly<Record<string, string>>;
  readonly devices: number;
}

/** An execution plane of the demo. */
export interface Plane {
  readonly id: string;
  readonly product: string;
  readonly devices: string;
  readonly authType: string;
}

export const PLANES: readonly Plane[] = [
  { id: 'intune', product: 'Microsoft Intune', devices: 'Windows', authType: 'certificate' },
  { id: 'jamf', product: 'Jamf Pro', devices: 'macOS', authType: 'client_credentials' },
  { id: 'sccm', product: 'Microsoft Configuration Manager', devices: 'Windows', authType: 'negotiate' },
  { id: 'landscape', product: 'Canonical Landscape', devices: 'Ubuntu', authType: 'access_key' },
  { id: 'ansible', product: 'Ansible AWX', devices: 'Linux', authType: 'token' },
];

/** The simulators' time: so many seconds for each real one, and so often a device checks in. */
export const SPEED = 120;
const CHECK_IN_MINUTES = 20;

export interface StartedPlane extends Plane {
  readonly facts: SimulatorFacts;
  readonly process: Running;
  /** The file with the connector's configuration, for `connectors register`. */
  readonly configFile: string;
}

/** Starts the simulator of a plane as a process of its own. */
export async function startPlane(plane: Plane, home: string): Promise<StartedPlane> {
  const script = resolve('plugins', plane.id, 'dist', 'simulator', 'serve.js');
  const options = {
    speed: SPEED,
    devices: 110,
    'check-in-minutes': CHECK_IN_MINUTES,
    credentials: join(home, 'credentials', plane.id),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const process_ = await start(`the ${plane.product} simulator`, [script, ...args], {
    cwd: process.cwd(),
    env: process.env,
    logFile: join(home, `${plane.id}-simulator.log`),
  });
  const facts = JSON.parse(process_.firstLine) as SimulatorFacts;
  const configFile = `${plane.id}.json`;
  await writeFile(join(home, configFile), JSON.stringify(facts.config, undefined, 2));
  return { ...plane, facts, process: process_, configFile };
}

/** Side effects on the plane so far, by the simulator's own count. */
export async function effects({ facts }: StartedPlane): Promise<number> {
  const ledger = await fetch(`${facts.url}/__simulator/ledger`);
  return ((await ledger.json()) as { entries: unknown[] }).entries.length;
}

/** Lets the plane answer 503 to everything, until {@link recover}. */
export async function fail({ facts }: StartedPlane): Promise<void> {
  await fetch(`${facts.url}/__simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'unavailable', times: 0 }),
  });
}

export async function recover({ facts }: StartedPlane): Promise<void> {
  await fetch(`${facts.url}/__simulator/faults`, { method: 'DELETE' });
}
