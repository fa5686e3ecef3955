import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';

/** The same bytes whenever they are made: an artifact is known by its digest. */
const EPOCH = new Date('2025-01-01T00:00:00Z');

/** A zip with one program in it. */
export async function zip(program: string, name: string, target: string): Promise<void> {
  const file = new ZipFile();
  file.addFile(program, name, { mtime: EPOCH, mode: 0o100755 });
  file.end();
  await once(file.outputStream.pipe(createWriteStream(target)), 'finish');
}

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly maintainer: string;
  readonly description: string;
}

/** A Debian package that puts one program into `/usr/bin` (deb(5): an `ar` archive of a version, the control files and the data). */
export async function deb(program: string, of: DebianPackage, target: string): Promise<void> {
  const bytes = await readFile(program);
  const control = [
    `Package: ${of.name}`,
    `Version: ${of.version}`,
    `Architecture: ${of.architecture}`,
    `Maintainer: ${of.maintainer}`,
    `Installed-Size: ${Math.ceil(bytes.length / 1024)}`,
    `Description: ${of.description}`,
  ];
  const members: [name: string, content: Buffer][] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', await tarGz([['./control', Buffer.from(`${control.join('\n')}\n`), 0o644]])],
    ['data.tar.gz', await tarGz([[`./usr/bin/${of.name}`, bytes, 0o755]])],
  ];
  await writeFile(target, Buffer.concat([Buffer.from('!<arch>\n'), ...members.flatMap(member)]));
}

async function tarGz(files: readonly (readonly [name: string, content: Buffer, mode: number])[]): Promise<Buffer> {
  const archive = pack();
  for (const [name, content, mode] of files) archive.entry({ name, mode, mtime: EPOCH, uid: 0, gid: 0 }, content);
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}

/** Sixty bytes of header, the content, and a newline where its length is odd. */
function member([name, content]: readonly [string, Buffer]): Buffer[] {
  const seconds = String(EPOCH.getTime() / 1000);
  const header = `${name.padEnd(16)}${seconds.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return [Buffer.from(header), content, Buffer.from(content.length % 2 ? '\n' : '')];
}
