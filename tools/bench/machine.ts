import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { postgresBinaries } from '../../packages/adapters/test/postgres-server.js';
import { redisServer } from './grounds/redis.js';

const PEERS = ['@event-driven-io/emmett-postgresql', 'pg', 'typeorm', 'bull', 'koa', 'class-validator'] as const;

/** What the figures were measured on and with. */
export interface Machine {
  readonly cores: string;
  readonly memory: string;
  readonly system: string;
  /** Load of the last minute when it began: others at work make figures void. */
  readonly load: string;
  readonly node: string;
  readonly postgres: string;
  readonly redis: string;
  readonly peers: string;
}

export async function machine(): Promise<Machine> {
  const bin = await postgresBinaries();
  const redis = redisServer();
  return {
    cores: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    load: loadavg()[0]!.toFixed(1),
    node: process.version,
    postgres: bin ? versionOf(join(bin, 'postgres')) : 'not installed',
    redis: redis ? versionOf(redis) : 'not installed',
    peers: PEERS.map((name) => `${name} ${installed(name)}`).join(', '),
  };
}

const versionOf = (program: string): string =>
  /\d+(\.\d+)+/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[0] ?? 'unknown';

/** Not every package lets its manifest be imported. */
function installed(name: string): string {
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)!
    .map((modules) => join(modules, name, 'package.json'));
  for (const file of folder) {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    } catch {
      // Not in this folder; in one further up.
    }
  }
  return 'not installed';
}
