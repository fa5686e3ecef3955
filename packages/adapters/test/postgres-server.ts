import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A real server of our own, on loopback, with fsync, in a folder that goes away with it. */
export interface PostgresServer {
  readonly url: string;
  /** Fast shutdown, then the folder is removed. */
  stop(): Promise<void>;
  /** As when the machine kills it: no shutdown, no flush. */
  kill9(): Promise<void>;
  /** Starts it again on its folder and port, and waits until it answers. */
  restart(): Promise<void>;
}

/** Where the newest `initdb` and `postgres` are; undefined when PostgreSQL is not installed. */
export async function postgresBinaries(): Promise<string | undefined> {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? (await readdir(root)).sort((a, b) => Number(b) - Number(a)) : [];
  const asked = await run('pg_config', ['--bindir']).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  return [...versions.map((version) => join(root, version, 'bin')), ...asked].find((folder) =>
    ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))),
  );
}

/** @param settings of `postgresql.conf`, beside our own */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const bin = await postgresBinaries();
  if (!bin)
    throw new Error('PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or $(pg_config --bindir)');

  const owner = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'eucora-postgres-'));
  if (owner) await chown(folder, owner.uid, owner.gid);
  const port = await freePort();
  const url = `postgres://eucora@127.0.0.1:${port}/postgres`;
  await run(join(bin, 'initdb'), ['-D', folder, '-U', 'eucora', '-A', 'trust', '-E', 'UTF8', '--locale=C'], {
    ...owner,
    cwd: folder,
  });

  let server: ChildProcess;
  const start = async () => {
    const conf = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'on',
      ...settings,
    };
    const flags = Object.entries(conf).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = spawn(join(bin, 'postgres'), ['-D', folder, ...flags], { ...owner, cwd: folder, stdio: 'ignore' });
    await untilItAnswers(url, server);
  };
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (server.exitCode !== null || server.signalCode !== null) return resolve();
      server.once('exit', () => resolve());
      server.kill(signal);
    });

  // A test that throws out of everything must not leave a server behind.
  const abandon = () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);

  await start();
  return {
    url,
    restart: start,
    kill9: () => end('SIGKILL'),
    async stop() {
      process.off('exit', abandon);
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, user]))).catch(() => undefined);
    if (ids) return { uid: Number(ids[0]!.stdout), gid: Number(ids[1]!.stdout) };
  }
  throw new Error('there is no unprivileged user to run PostgreSQL as');
}

async function untilItAnswers(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {}); // Said again by connect, which is tried again.
    const answered = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (answered) return;
    if (server.exitCode !== null) throw new Error(`postgres ended with ${server.exitCode}`);
    await sleep(20);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
