import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real program for Windows that npm carries; two consecutive versions of it. */
const PROGRAM = '@esbuild/win32-x64';
export const VERSIONS = ['0.25.10', '0.25.11'] as const;

export interface FetchedPackage {
  readonly version: string;
  /** A manifest for `eucora packages add`, beside the artifact and the SBOM that it names. */
  readonly manifest: string;
  readonly artifact: string;
  readonly sha256: string;
}

/** Fetches a version with npm, takes the installer out, has npm write its CycloneDX SBOM; kept, so a second run needs no network. */
export async function fetchPackage(version: string, cache: string): Promise<FetchedPackage> {
  const folder = join(cache, `esbuild-${version}`);
  const fetched = { version, manifest: join(folder, 'manifest.json'), artifact: join(folder, 'esbuild.exe') };
  if (!(await exists(fetched.manifest))) {
    const working = `${folder}.${process.pid}`;
    await rm(working, { recursive: true, force: true });
    await mkdir(working, { recursive: true });
    await unpack(version, working);
    await writeSbom(version, working);
    await writeFile(join(working, 'manifest.json'), JSON.stringify(manifestOf(version), undefined, 2));
    await rm(folder, { recursive: true, force: true });
    await rename(working, folder);
  }
  return { ...fetched, sha256: await digestOf(fetched.artifact) };
}

async function unpack(version: string, folder: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', `${PROGRAM}@${version}`, '--silent', '--pack-destination', folder]);
  const tarball = join(folder, stdout.trim().split('\n').at(-1)!);
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', 'package/esbuild.exe']);
  await rm(tarball);
}

async function writeSbom(version: string, folder: string): Promise<void> {
  const project = join(folder, 'sbom');
  await mkdir(project);
  const wanted = { name: 'esbuild-for-windows', version, private: true, dependencies: { [PROGRAM]: version } };
  await writeFile(join(project, 'package.json'), JSON.stringify(wanted));
  // The program is for another system than this one may be; only its metadata is needed here.
  await run('npm', ['install', '--package-lock-only', '--force', '--silent', '--no-audit'], { cwd: project });
  const { stdout } = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { cwd: project });
  await writeFile(join(folder, 'sbom.cdx.json'), stdout);
  await rm(project, { recursive: true });
}

const manifestOf = (version: string) => ({
  name: 'esbuild',
  version,
  platform: 'windows',
  publisher: 'esbuild',
  description: 'A bundler for the web',
  artifact: { path: 'esbuild.exe' },
  sbom: { path: 'sbom.cdx.json' },
  install_command: 'cmd /c mkdir "%ProgramFiles%\\esbuild" & copy /y esbuild.exe "%ProgramFiles%\\esbuild\\"',
  uninstall_command: 'cmd /c rmdir /s /q "%ProgramFiles%\\esbuild"',
  detection: [{ kind: 'file', path: '%ProgramFiles%\\esbuild', file_name: 'esbuild.exe' }],
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
