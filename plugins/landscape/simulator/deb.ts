import { gunzipSync, gzipSync } from 'node:zlib';

const BLOCK = 512;

export interface DebOptions {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** Path on the machine and content of each file. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** A real Debian package (deb(5), tar in gzip): dpkg installs it. The same options give the same bytes. */
export function makeDeb({ name, version, architecture = 'all', files = {} }: DebOptions): Buffer {
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: EUCORA Hub <hub@example.com>',
    'Section: misc',
    'Priority: optional',
    `Description: ${name} for trying and testing`,
    '',
  ].join('\n');
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    member('debian-binary', Buffer.from('2.0\n')),
    member('control.tar.gz', packed([directory('./'), file('./control', control)])),
    member('data.tar.gz', packed(tree(files))),
  ]);
}

/** The fields of its control file; nothing for what is no package of ours or dpkg-deb's with gzip. */
export function readDeb(bytes: Buffer): { name: string; version: string; architecture: string } | undefined {
  if (bytes.toString('latin1', 0, 8) !== '!<arch>\n') return undefined;
  for (let at = 8; at + 60 <= bytes.length;) {
    const name = bytes
      .toString('latin1', at, at + 16)
      .trim()
      .replace(/\/$/, '');
    const size = Number(bytes.toString('latin1', at + 48, at + 58));
    if (name === 'control.tar.gz')
      return fieldsOf(gunzipSync(bytes.subarray(at + 60, at + 60 + size)).toString('utf8'));
    at += 60 + size + (size % 2);
  }
  return undefined;
}

function fieldsOf(text: string) {
  const field = (name: string) => new RegExp(`^\\0*${name}: (\\S+)`, 'm').exec(text)?.[1];
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
  return name && version && architecture ? { name, version, architecture } : undefined;
}

/** Parents before children, as dpkg wants them. */
function tree(files: Readonly<Record<string, string | Uint8Array>>): Buffer[] {
  const folders = new Set<string>(['./']);
  for (const path of Object.keys(files)) {
    const parts = path.replace(/^\//, '').split('/').slice(0, -1);
    parts.forEach((_, at) => folders.add(`./${parts.slice(0, at + 1).join('/')}/`));
  }
  return [
    ...[...folders].map(directory),
    ...Object.entries(files).map(([path, content]) => file(`./${path.replace(/^\//, '')}`, content)),
  ];
}

const packed = (entries: readonly Buffer[]) => gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]));

function member(name: string, bytes: Buffer): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, '\n')]);
}

const directory = (path: string) => header(path, 0, '5', 0o755);

const file = (path: string, content: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(content as Uint8Array);
  return Buffer.concat([
    header(path, bytes.length, '0', 0o755),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
};

function header(path: string, size: number, type: string, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => value.toString(8).padStart(length - 1, '0');
  block.write(path, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
