import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { makeDeb } from '@eucora/plugin-landscape/simulator';

export interface Program {
  readonly name: string;
  readonly version: string;
}

/** A Debian package that puts one program into `/usr/bin`. */
export async function deb(program: string, { name, version }: Program, target: string): Promise<void> {
  const files = { [`/usr/bin/${name}`]: await readFile(program) };
  await writeFile(target, makeDeb({ name, version, architecture: 'amd64', files }));
}

/**
 * An installer package for macOS that puts one program into `/usr/local/bin`: a `xar` archive of a description and a `cpio` archive. It is
 * not signed and has no bill of materials; a Mac that wants either will not take it.
 */
export async function pkg(program: string, { name, version }: Program, target: string): Promise<void> {
  const bytes = await readFile(program);
  const description = [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<pkg-info format-version="2" identifier="org.example.${name}" version="${version}" install-location="/usr/local/bin" auth="root">`,
    `  <payload installKBytes="${Math.ceil(bytes.length / 1024)}" numberOfFiles="1"/>`,
    '</pkg-info>',
    '',
  ].join('\n');
  const payload = gzipSync(Buffer.concat([cpio(`./${name}`, bytes, 0o100755), cpio('TRAILER!!!', Buffer.alloc(0), 0)]));
  await writeFile(target, xar({ PackageInfo: Buffer.from(description), Payload: payload }));
}

/** One member in the portable format of cpio(5): numbers in octal. */
function cpio(path: string, content: Buffer, mode: number): Buffer {
  const octal = (value: number, length: number) => value.toString(8).padStart(length, '0');
  const header = [
    '070707',
    ...[0, 1, mode, 0, 0, 1, 0].map((value) => octal(value, 6)),
    octal(0, 11),
    octal(path.length + 1, 6),
    octal(content.length, 11),
  ];
  return Buffer.concat([Buffer.from(`${header.join('')}${path}\0`), content]);
}

/** An archive with a table of contents in front, its checksum first on the heap (https://github.com/apple-oss-distributions/xar). */
function xar(files: Readonly<Record<string, Buffer>>): Buffer {
  let offset = 20;
  const entries = Object.entries(files).map(([name, content], index) => {
    const sum = createHash('sha1').update(content).digest('hex');
    const entry =
      `<file id="${index + 1}"><name>${name}</name><type>file</type><mode>0644</mode><data><length>${content.length}</length>` +
      `<offset>${offset}</offset><size>${content.length}</size><encoding style="application/octet-stream"/>` +
      `<extracted-checksum style="sha1">${sum}</extracted-checksum><archived-checksum style="sha1">${sum}</archived-checksum></data></file>`;
    offset += content.length;
    return entry;
  });
  const toc = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<xar><toc><checksum style="sha1"><offset>0</offset><size>20</size></checksum>${entries.join('')}</toc></xar>`,
  );
  const packed = deflateSync(toc);
  const header = Buffer.alloc(28);
  header.write('xar!');
  header.writeUInt16BE(28, 4);
  header.writeUInt16BE(1, 6);
  header.writeBigUInt64BE(BigInt(packed.length), 8);
  header.writeBigUInt64BE(BigInt(toc.length), 16);
  header.writeUInt32BE(1, 24);
  return Buffer.concat([header, packed, createHash('sha1').update(packed).digest(), ...Object.values(files)]);
}
