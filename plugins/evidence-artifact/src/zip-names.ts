/**
 * The names in a ZIP file, from its first and its last bytes; nothing is inflated. Layout: PKWARE APPNOTE 6.3.10, 4.3.
 *
 * The central directory counts. When it is longer than the tail, its end does, with the local headers that are in the head.
 */
export function zipNames(head: Buffer, tail: Buffer): readonly string[] {
  const { names, isWhole } = directoryNames(tail);
  return isWhole ? names : [...localNames(head), ...names];
}

const LOCAL = Buffer.from('PK\x03\x04');
const ENTRY = Buffer.from('PK\x01\x02');
const END = Buffer.from('PK\x05\x06');
const END_64 = Buffer.from('PK\x06\x06');
const LOCATOR_64 = Buffer.from('PK\x06\x07');

const END_LENGTH = 22;
const END_64_LENGTH = 56;
const LOCATOR_64_LENGTH = 20;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const IN_ZIP_64 = 0xffffffff;

/** Places in a cut directory that are tried as the beginning of an entry. A name may look like one; not so many do. */
const MOST_TRIES = 16;

interface Directory {
  readonly names: readonly string[];
  readonly isWhole: boolean;
}

function directoryNames(tail: Buffer): Directory {
  const place = directoryPlace(tail);
  if (!place) return { names: [], isWhole: false };
  if (place.start >= 0) {
    const names = entriesBetween(tail, place.start, place.end);
    if (names) return { names, isWhole: true };
  }
  let at = tail.indexOf(ENTRY);
  for (let tries = 0; at >= 0 && at < place.end && tries < MOST_TRIES; tries += 1) {
    const names = entriesBetween(tail, at, place.end);
    if (names) return { names, isWhole: false };
    at = tail.indexOf(ENTRY, at + 1);
  }
  return { names: [], isWhole: false };
}

/** Offsets in the tail; the start is below 0 when the directory begins before it. */
function directoryPlace(tail: Buffer): { readonly start: number; readonly end: number } | undefined {
  const end = endRecord(tail);
  if (end === undefined) return undefined;
  const size = tail.readUInt32LE(end + 12);
  if (size !== IN_ZIP_64) return { start: end - size, end };

  const record = end - LOCATOR_64_LENGTH - END_64_LENGTH;
  if (record < 0 || !has(tail, record, END_64) || !has(tail, end - LOCATOR_64_LENGTH, LOCATOR_64)) return undefined;
  return { start: record - Number(tail.readBigUInt64LE(record + 40)), end: record };
}

/** The last one whose comment ends with the file. */
function endRecord(tail: Buffer): number | undefined {
  let at = tail.lastIndexOf(END);
  while (at >= 0) {
    if (at + END_LENGTH <= tail.length && at + END_LENGTH + tail.readUInt16LE(at + 20) === tail.length) return at;
    if (at === 0) return undefined;
    at = tail.lastIndexOf(END, at - 1);
  }
  return undefined;
}

/** Nothing unless entry follows upon entry, exactly to the end. */
function entriesBetween(tail: Buffer, start: number, end: number): string[] | undefined {
  const names: string[] = [];
  let at = start;
  while (at < end) {
    if (at + ENTRY_LENGTH > end || !has(tail, at, ENTRY)) return undefined;
    const name = at + ENTRY_LENGTH;
    const nameEnd = name + tail.readUInt16LE(at + 28);
    names.push(tail.toString('utf8', name, nameEnd));
    at = nameEnd + tail.readUInt16LE(at + 30) + tail.readUInt16LE(at + 32);
  }
  return at === end ? names : undefined;
}

/** Where a header does not know its length (it is written behind the data), the next header is looked for. */
function localNames(head: Buffer): string[] {
  const names: string[] = [];
  let at = head.indexOf(LOCAL);
  while (at >= 0 && at + LOCAL_LENGTH <= head.length) {
    const name = at + LOCAL_LENGTH;
    const nameEnd = name + head.readUInt16LE(at + 26);
    if (nameEnd > head.length) break;
    names.push(head.toString('utf8', name, nameEnd));
    const data = nameEnd + head.readUInt16LE(at + 28);
    const size = (head.readUInt16LE(at + 6) & 8) === 0 ? head.readUInt32LE(at + 18) : 0;
    at = head.indexOf(LOCAL, data + size);
  }
  return names;
}

const has = (bytes: Buffer, at: number, magic: Buffer) => bytes.subarray(at, at + magic.length).equals(magic);
