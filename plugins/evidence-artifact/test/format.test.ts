import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  compoundFile,
  deb,
  diskImage,
  dosProgram,
  exe,
  exeWithHeaderAt,
  MSI,
  MSI_PATCH,
  rpm,
  WORD_DOCUMENT,
  xar,
} from './files.js';
import { formatOfBytes } from './given.js';
import { zipFile } from './zip-file.js';

const MANY = Array.from({ length: 30_000 }, (_, index) => `res/drawable/picture-of-something-${index}.png`);
const UNKNOWN_CLASS = '00'.repeat(16);

describe('the format of an artifact', () => {
  for (const [what, bytes, format] of [
    ['a program for Windows', exe(), 'exe'],
    ['a program whose header is far behind', exeWithHeaderAt(300_000), 'exe'],
    ['a program that unpacks itself', Buffer.concat([exe(), zipFile(['AndroidManifest.xml'])]), 'exe'],
    ['a program for DOS', dosProgram(), 'unknown'],
    ['a program whose header is cut off', exe().subarray(0, 100), 'unknown'],
    ['the first two letters of a program', Buffer.from('MZ'), 'unknown'],
    ['an installer database', compoundFile(MSI), 'msi'],
    ['an installer database with its directory far behind', compoundFile(MSI, 5_000), 'msi'],
    ['a compound file that names no class', compoundFile(UNKNOWN_CLASS), 'msi'],
    ['a compound file that is cut off', compoundFile(MSI).subarray(0, 200), 'msi'],
    ['a Word document', compoundFile(WORD_DOCUMENT), 'unknown'],
    ['a patch for an installer', compoundFile(MSI_PATCH), 'unknown'],
    ['a package for macOS', xar(), 'pkg'],
    ['a word that begins like one', Buffer.from('xar! this is no archive, and long enough'), 'unknown'],
    ['a disk image', diskImage(), 'dmg'],
    ['a disk image of nothing', diskImage(Buffer.alloc(0)), 'dmg'],
    ['a disk image with its trailer elsewhere', Buffer.concat([diskImage(), Buffer.alloc(1)]), 'unknown'],
    ['a Debian package', deb(), 'deb'],
    ['a library of object files', deb('/               '), 'unknown'],
    ['an RPM package', rpm(), 'rpm'],
    ['a script', Buffer.from('#!/bin/sh\necho hello\n'), 'unknown'],
    ['nothing at all', Buffer.alloc(0), 'unknown'],
  ] as const)
    it(`is told by content: ${what}`, async () => {
      expect(await formatOfBytes(bytes)).to.equal(format);
    });
});

describe('the format of a ZIP file', () => {
  for (const [what, bytes, format] of [
    ['an Android package', zipFile(['AndroidManifest.xml', 'classes.dex']), 'apk'],
    ['an Android bundle, which no device installs', zipFile(['base/manifest/AndroidManifest.xml']), 'zip'],
    ['an iOS app', zipFile(['Payload/Tool.app/Info.plist']), 'ipa'],
    ['a payload without an app', zipFile(['Payload/readme.txt', 'deep/Payload/Tool.app/Info.plist']), 'zip'],
    ['an MSIX package', zipFile(['tool.exe', 'AppxManifest.xml', '[Content_Types].xml']), 'msix'],
    ['an MSIX bundle', zipFile(['AppxMetadata/AppxBundleManifest.xml', '[Content_Types].xml']), 'msix'],
    ['an Office document', zipFile(['[Content_Types].xml', 'word/document.xml']), 'zip'],
    ['anything else', zipFile(['readme.txt']), 'zip'],
    ['nothing', zipFile([]), 'zip'],
    ['one with a comment', zipFile(['AndroidManifest.xml'], { comment: 'made by hand PK\x05\x06' }), 'apk'],
    ['one that was written to a pipe', zipFile(['a', 'AndroidManifest.xml'], { sizesBehind: true }), 'apk'],
    ['one of the large sort', zipFile(['a', 'AndroidManifest.xml'], { zip64: true }), 'apk'],
    ['one that lies about its directory', zipFile(['a', 'AndroidManifest.xml'], { directoryLength: 5 }), 'apk'],
    ['one whose directory would begin before it', zipFile(['AndroidManifest.xml'], { directoryLength: 1e9 }), 'apk'],
    ['a cut one, by what is left of it', zipFile(['AndroidManifest.xml', 'b']).subarray(0, 60), 'apk'],
    ['one of the large sort without its records', zipFile(['a'], { directoryLength: 0xffffffff }), 'zip'],
  ] as const)
    it(`is told by the names in it: ${what}`, async () => {
      expect(await formatOfBytes(bytes)).to.equal(format);
    });

  it('is told by a name at the end of a directory that is longer than what is kept of the file', async () => {
    const large = zipFile([...MANY, 'AppxManifest.xml', '[Content_Types].xml'], { content: 0 });
    expect(await formatOfBytes(large)).to.equal('msix');
  });

  it('is told by a name at the beginning of the file, when the directory is too long', async () => {
    expect(await formatOfBytes(zipFile(['AndroidManifest.xml', ...MANY], { content: 0 }))).to.equal('apk');
    const piped = zipFile(['AndroidManifest.xml', ...MANY], { content: 9, sizesBehind: true });
    expect(await formatOfBytes(piped)).to.equal('apk');
  });

  it('does not count names that only the local headers have, when the directory is there', async () => {
    const hidden = Buffer.concat([zipFile(['AndroidManifest.xml']).subarray(0, 57), zipFile(['readme.txt'])]);
    expect(await formatOfBytes(hidden)).to.equal('zip');
  });

  it('is not found by inflating: the content is never looked at', async () => {
    const bomb = zipFile(['AndroidManifest.xml', 'zeros'], { content: 200_000 });
    expect(await formatOfBytes(bomb)).to.equal('apk');
  });

  it('survives a directory of false beginnings', async () => {
    const trap = Buffer.from('PK\x01\x02'.repeat(250_000), 'latin1');
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), trap, zipFile([], { directoryLength: 5_000_000 })]);
    expect(await formatOfBytes(file)).to.equal('zip');
  });
});

describe('the format of files that were made by somebody else', () => {
  it('is deb for a package of dpkg-deb', async () => {
    const made = madeBy('dpkg-deb', (folder) => {
      mkdirSync(join(folder, 'tool/DEBIAN'), { recursive: true });
      const control =
        'Package: tool\nVersion: 1.0\nArchitecture: all\nMaintainer: Example <a@example.org>\nDescription: x\n';
      writeFileSync(join(folder, 'tool/DEBIAN/control'), control);
      execFileSync('dpkg-deb', ['--build', 'tool', 'out'], { cwd: folder, stdio: 'pipe' });
    });
    expect(await formatOfBytes(made ?? deb())).to.equal('deb');
  });

  for (const [format, path] of [
    ['apk', 'AndroidManifest.xml'],
    ['ipa', 'Payload/Tool.app/Info.plist'],
    ['zip', 'readme.txt'],
  ] as const)
    it(`is ${format} for what zip packs, in a file and through a pipe`, async () => {
      for (const through of [
        'zip -qr ../out.zip . && mv ../out.zip out',
        'zip -qr - . > ../piped && mv ../piped out',
      ]) {
        const made = madeBy('zip', (folder) => {
          mkdirSync(join(folder, 'content', path, '..'), { recursive: true });
          writeFileSync(join(folder, 'content', path), 'a'.repeat(10_000));
          writeFileSync(join(folder, 'content/other.txt'), 'b'.repeat(10));
          execFileSync('sh', ['-c', `cd content; ${through}; mv out ..`], { cwd: folder });
        });
        expect(await formatOfBytes(made ?? zipFile([path]))).to.equal(format);
      }
    });
});

/** The file `out` that a program of this machine makes; nothing, and a loud word, where the program is not there. */
function madeBy(program: string, make: (folder: string) => void): Buffer | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-artifact-'));
  try {
    make(folder);
    return readFileSync(join(folder, 'out'));
  } catch (cause) {
    const isThere = execFileSync('sh', ['-c', `command -v ${program} || true`]).length > 0;
    if (isThere) throw cause;
    console.warn(`      ${program} is not on this machine: a file made by hand stands in for its work`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
