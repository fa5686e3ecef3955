import { Buffer } from 'node:buffer';

/** The smallest file of each format that is one, and files that only look like one. */
export const exe = (): Buffer => {
  const bytes = Buffer.alloc(1_024);
  bytes.write('MZ');
  bytes.writeUInt32LE(0x80, 60);
  bytes.write('PE\0\0', 0x80, 'latin1');
  return bytes;
};

/** A DOS program in front of the header pushes it out of the first bytes that anybody looks at. */
export const exeWithHeaderAt = (place: number): Buffer => {
  const bytes = Buffer.alloc(place + 512);
  bytes.write('MZ');
  bytes.writeUInt32LE(place, 60);
  bytes.write('PE\0\0', place, 'latin1');
  return bytes;
};

export const dosProgram = (): Buffer => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]);

export const MSI = '84100c0000000000c000000000000046';
export const MSI_PATCH = '86100c0000000000c000000000000046';
export const WORD_DOCUMENT = '0609020000000000c000000000000046';

/** A compound file whose directory is in the given sector of 512 bytes. */
export function compoundFile(documentClass: string, sector = 1): Buffer {
  const bytes = Buffer.alloc((sector + 2) * 512 + 128);
  bytes.set(Buffer.from('d0cf11e0a1b11ae1', 'hex'));
  bytes.writeUInt16LE(0xfffe, 28);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt32LE(sector, 48);
  const root = (sector + 1) * 512;
  bytes.write('Root Entry', root, 'utf16le');
  bytes.set(Buffer.from(documentClass, 'hex'), root + 80);
  return bytes;
}

export const xar = (): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.write('xar!');
  bytes.writeUInt16BE(28, 4);
  bytes.writeUInt16BE(1, 6);
  return bytes;
};

export const diskImage = (content = Buffer.alloc(4_096, 7)): Buffer => {
  const trailer = Buffer.alloc(512);
  trailer.write('koly');
  trailer.writeUInt32BE(4, 4);
  trailer.writeUInt32BE(512, 8);
  return Buffer.concat([content, trailer]);
};

export const deb = (member = 'debian-binary   '): Buffer =>
  Buffer.from(`!<arch>\n${member}1700000000  0     0     100644  4         \`\n2.0\n`);

export const rpm = (): Buffer => Buffer.concat([Buffer.from('edabeedb0300', 'hex'), Buffer.alloc(90)]);
