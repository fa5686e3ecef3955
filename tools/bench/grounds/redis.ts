import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { ended } from '../contender.js';
import type { Scope } from '../scope.js';

const run = promisify(execFile);

/** Where the program is; undefined when Redis is not installed. */
export const redisServer = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file));

/** On Debian, as root, it is installed. It is for the benchmark alone: the hub itself needs no Redis. */
export async function ensureRedis(): Promise<boolean> {
  if (redisServer()) return true;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return false;
  console.log('   installing redis-server with apt-get, for the queue of the naive way ...');
  // RUNLEVEL=1 keeps Debian from starting a server of its own.
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }, timeout: 120_000 };
  try {
    await run('apt-get', ['update'], options);
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], options);
  } catch {
    // Without network or rights it is as if it were not asked for.
  }
  return redisServer() !== undefined;
}

/** A Redis of our own, on loopback, that keeps an append-only file: its default loses every job when it is killed. */
export async function redis(scope: Scope, temporary: string): Promise<string> {
  const port = await freePort();
  const folder = await mkdtemp(join(temporary, 'redis-'));
  const conf = { port: String(port), bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' };
  const server = spawn(
    redisServer()!,
    Object.entries(conf).flatMap(([name, value]) => [`--${name}`, value]),
    { stdio: 'ignore' },
  );
  scope.own({ close: () => ended(server) });
  const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => {}); // Said again by the ping, which is tried again.
  await client.ping();
  client.disconnect();
  return `redis://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
