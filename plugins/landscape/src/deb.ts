import { open } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { EucoraError } from '@eucora/sdk';
import type { Deb } from './mapping.js';

const AR = '!<arch>\n';
const HEADER = 60;
const BLOCK = 512;
/** Control archives are small; one that is not is not looked into. */
const MOST_CONTROL = 8 * 1024 * 1024;

/** What a control file says. */
export interface Control extends Deb {
  readonly architecture: string;
}

/**
 * Looks into a `.deb`: an ar archive that begins with `debian-binary` and `control.tar` (deb(5)). The control file is read where it is packed with
 * gzip or not at all; Node 20 cannot unpack xz and zstd, and then nothing is told.
 *
 * @throws EucoraError `INPUT_INVALID` when it is no Debian package
 */
export async function readDeb(path: string, fileName: string): Promise<Control | undefined> {
  const file = await open(path);
  try {
    const read = async (at: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    if ((await read(0, AR.length)).toString('latin1') !== AR) throw notDeb(fileName);
    const first = member(await read(AR.length, HEADER));
    if (first?.name !== 'debian-binary') throw notDeb(fileName);
    const at = AR.length + HEADER + first.size + (first.size % 2);
    const control = member(await read(at, HEADER));
    if (!control?.name.startsWith('control.tar')) throw notDeb(fileName);
    if (control.size > MOST_CONTROL || !/^control\.tar(\.gz)?$/.test(control.name)) return undefined;
    const packed = await read(at + HEADER, control.size);
    return readControl(controlIn(control.name.endsWith('.gz') ? unpacked(packed, fileName) : packed));
  } finally {
    await file.close();
  }
}

/** The fields that name a package in its control file. */
export function readControl(text: string | undefined): Control | undefined {
  const field = (name: string) => new RegExp(`^${name}:[ \\t]*(\\S+)`, 'm').exec(text ?? '')?.[1];
  const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
  return name && version && architecture ? { name, version, architecture } : undefined;
}

function member(header: Buffer): { readonly name: string; readonly size: number } | undefined {
  if (header.length < HEADER) return undefined;
  const name = header.toString('latin1', 0, 16).trim().replace(/\/$/, '');
  const size = Number(header.toString('latin1', 48, 58).trim());
  return Number.isInteger(size) ? { name, size } : undefined;
}

/** `./control` in a tar: a header of 512 bytes, the content, zeros up to the next 512. */
function controlIn(tar: Buffer): string | undefined {
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const name = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    if (/^(\.\/)?control$/.test(name)) return tar.toString('utf8', at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function unpacked(packed: Buffer, fileName: string): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_CONTROL });
  } catch {
    throw notDeb(fileName);
  }
}

const notDeb = (fileName: string) =>
  new EucoraError('INPUT_INVALID', {
    what: `${fileName} is not a Debian package`,
    remedy: 'Give the package a .deb as its artifact, as dpkg-deb builds it.',
  });
