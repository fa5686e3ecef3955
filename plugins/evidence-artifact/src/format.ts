import { zipNames } from './zip-names.js';

export const FORMATS = ['msi', 'exe', 'msix', 'pkg', 'dmg', 'deb', 'rpm', 'ipa', 'apk', 'zip', 'unknown'] as const;
export type ArtifactFormat = (typeof FORMATS)[number];

/** What is known of an artifact's bytes when all of them have passed. */
export interface Glimpse {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** The bytes that the head points at, see {@link pointedAt}; empty where it points at none. */
  readonly pointed: Buffer;
}

export interface Place {
  readonly from: number;
  readonly length: number;
}

const OLE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const MSI_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');
const NO_CLASS = Buffer.alloc(16);
const RPM = Buffer.from('edabeedb', 'hex');
const ZIPS = ['PK\x03\x04', 'PK\x05\x06'];
const KOLY_LENGTH = 512;

/**
 * What has to be read besides head and tail, and where: behind the DOS program of an EXE the signature `PE` ([MS-PE] 2), in the
 * root of a compound file the class of its document ([MS-CFB] 2.2, 2.6.1).
 */
export function pointedAt(head: Buffer): Place | undefined {
  if (begins(head, 'MZ') && head.length >= 64) return { from: head.readUInt32LE(60), length: 4 };
  if (head.subarray(0, 8).equals(OLE) && head.length >= 512) {
    const sector = 2 ** Math.min(head.readUInt16LE(30), 20);
    return { from: (head.readUInt32LE(48) + 1) * sector + 80, length: 16 };
  }
  return undefined;
}

/** By content; a file's name does not count. */
export function formatOf({ head, tail, pointed }: Glimpse): ArtifactFormat {
  if (begins(head, 'MZ')) return pointed.equals(Buffer.from('PE\0\0')) ? 'exe' : 'unknown';
  if (head.subarray(0, 8).equals(OLE)) return formatOfCompoundFile(pointed);
  if (begins(head, 'xar!')) return head.length >= 28 && head.readUInt16BE(6) === 1 ? 'pkg' : 'unknown';
  if (begins(head, '!<arch>\n')) return /^debian-binary\/? *$/.test(textOf(head, 8, 24)) ? 'deb' : 'unknown';
  if (head.subarray(0, 4).equals(RPM)) return 'rpm';
  if (ZIPS.some((magic) => begins(head, magic))) return formatOfZip(zipNames(head, tail));
  return hasKoly(tail) ? 'dmg' : 'unknown';
}

/** One that names no class is taken for an installer; one that names another (a Word document, a patch) is none. */
const formatOfCompoundFile = (documentClass: Buffer): ArtifactFormat =>
  documentClass.length < 16 || documentClass.equals(NO_CLASS) || documentClass.equals(MSI_CLASS) ? 'msi' : 'unknown';

function formatOfZip(names: readonly string[]): ArtifactFormat {
  const isThere = (...wanted: string[]) => names.some((name) => wanted.includes(name));
  if (isThere('AppxManifest.xml', 'AppxMetadata/AppxBundleManifest.xml') && isThere('[Content_Types].xml'))
    return 'msix';
  if (names.some((name) => /^Payload\/[^/]+\.app\//.test(name))) return 'ipa';
  if (isThere('AndroidManifest.xml')) return 'apk';
  return 'zip';
}

/** The trailer of a disk image: `koly`, version 4, its own length. */
function hasKoly(tail: Buffer): boolean {
  const trailer = tail.subarray(-KOLY_LENGTH);
  if (trailer.length < KOLY_LENGTH || !begins(trailer, 'koly')) return false;
  return trailer.readUInt32BE(4) === 4 && trailer.readUInt32BE(8) === KOLY_LENGTH;
}

const textOf = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);
const begins = (bytes: Buffer, magic: string) => textOf(bytes, 0, magic.length) === magic;
