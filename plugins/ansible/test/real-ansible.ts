import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Package } from '@eucora/sdk';

/** No package of any distribution has this name, and no other run of these tests on this machine. */
export const PROBE = `eucora-probe-${process.pid}`;

const answers = (command: string, ...given: string[]) => spawnSync(command, given, { stdio: 'ignore' }).status === 0;

/** What keeps the real playbooks from being run here; nothing where they can be. */
export function whyNotReally(): string | undefined {
  if (!answers('ansible-playbook', '--version')) return 'ansible-playbook is not installed (Debian: ansible)';
  if (!answers('dpkg-deb', '--version') || !answers('apt-get', '--version')) return 'this machine has no apt';
  if (!answers('dpkg-scanpackages', '--version')) return 'dpkg-scanpackages is not installed (Debian: dpkg-dev)';
  if (!answers('/usr/bin/python3', '-c', 'import apt')) return 'python3-apt is not installed';
  return process.getuid?.() === 0 ? undefined : 'installing packages needs root';
}

export const whyNotLinted = (): string | undefined =>
  answers('ansible-lint', '--version') ? undefined : 'ansible-lint is not installed (Debian: ansible-lint)';

/** Said once, aloud: what is not tried is not proven. */
export function warnOf(reason: string, what: string): void {
  console.warn(`\n  ATTENTION: ${reason}; ${what}\n`);
}

/** What dpkg has of the probe; nothing where it is not installed. */
export function installedProbe(): string | undefined {
  const { stdout, status } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Version}', PROBE], {
    encoding: 'utf8',
  });
  const [state, version] = stdout.split(' ');
  return status === 0 && state === 'installed' ? version : undefined;
}

export const purgeProbe = (): void => void spawnSync('dpkg', ['--purge', PROBE], { stdio: 'ignore' });

export interface Workshop {
  readonly artifactUrl: string;
  readonly repository: string;
  /** For the jobs: apt sees the repository here and nothing else, and keeps its lists here. */
  readonly environment: Readonly<Record<string, string>>;
  probe(version: string): Promise<Package>;
  close(): Promise<void>;
}

/** A folder with a repository in the making, and a server that hands out artifacts by their digest. */
export async function givenWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'eucora-workshop-'));
  const repository = join(folder, 'repository');
  const artifacts = new Map<string, Buffer>();
  const server = await serving(artifacts);
  for (const place of ['repository', 'lists/partial', 'cache/archives/partial', 'build']) {
    await mkdir(join(folder, place), { recursive: true });
  }
  await writeFile(join(folder, 'sources.list'), `deb [trusted=yes] file:${repository} ./\n`);
  await writeFile(
    join(folder, 'apt.conf'),
    [
      `Dir::Etc::SourceList "${folder}/sources.list";`,
      'Dir::Etc::SourceParts "/dev/null";',
      `Dir::State::Lists "${folder}/lists";`,
      `Dir::Cache "${folder}/cache";`,
      'APT::Sandbox::User "root";',
      'DPkg::Lock::Timeout "120";',
      '',
    ].join('\n'),
  );
  return {
    artifactUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{sha256}`,
    repository,
    environment: { APT_CONFIG: join(folder, 'apt.conf') },
    async probe(version) {
      const bytes = await built(join(folder, 'build', version), version);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      artifacts.set(sha256, bytes);
      return {
        name: 'EUCORA probe',
        version,
        platform: 'linux',
        publisher: 'Example Org',
        artifact: { sha256, size: bytes.length, fileName: `${PROBE}_${version}_all.deb` },
        installCommand: '',
        uninstallCommand: '',
        detection: [{ kind: 'package', name: PROBE, version }],
      };
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function built(folder: string, version: string): Promise<Buffer> {
  const root = join(folder, 'root');
  await mkdir(join(root, 'DEBIAN'), { recursive: true });
  await mkdir(join(root, 'usr/share', PROBE), { recursive: true });
  await writeFile(join(root, 'usr/share', PROBE, 'version'), `${version}\n`);
  const fields = { Package: PROBE, Version: version, Architecture: 'all', Maintainer: 'Nobody <nobody@example.test>' };
  const control = [
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    'Description: a probe of tests',
    '',
  ];
  await writeFile(join(root, 'DEBIAN', 'control'), control.join('\n'));
  const file = join(folder, 'probe.deb');
  const { status, stderr } = spawnSync('dpkg-deb', ['--root-owner-group', '--build', root, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return readFile(file);
}

function serving(artifacts: ReadonlyMap<string, Buffer>): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const bytes = artifacts.get(url.slice(1));
    response.writeHead(bytes ? 200 : 404, { connection: 'close' }).end(bytes);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
