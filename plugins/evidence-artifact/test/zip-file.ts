export interface ZipOptions {
  /** Bytes of (nonsensical) content per file. */
  readonly content?: number;
  /** As a writer to a pipe does: the sizes come behind the data. */
  readonly sizesBehind?: boolean;
  readonly comment?: string;
  /** With the records for more than 4 GB. */
  readonly zip64?: boolean;
  /** What the end says of the directory's length. */
  readonly directoryLength?: number;
}

/** A ZIP file with these names. Its content is no deflated data: whoever inflates it fails. */
export function zipFile(names: readonly string[], options: ZipOptions = {}): Buffer {
  const { content = 8, sizesBehind = false, comment = '', zip64 = false } = options;
  const data = Buffer.alloc(content, 0xff);
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const local = Buffer.concat([Buffer.alloc(30), Buffer.from(name)]);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(sizesBehind ? 8 : 0, 6);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(sizesBehind ? 0 : content, 18);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    locals.push(local, data);

    const entry = Buffer.concat([Buffer.alloc(46), Buffer.from(name)]);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt32LE(content, 20);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(at, 42);
    entries.push(entry);
    at += local.length + data.length;
  }
  const directory = Buffer.concat(entries);
  const length = options.directoryLength ?? directory.length;
  return Buffer.concat([
    ...locals,
    directory,
    ...(zip64 ? endRecords64(length, at + directory.length) : []),
    endRecord(zip64 ? 0xffffffff : length, at, comment),
  ]);
}

function endRecord(length: number, offset: number, comment: string): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, Buffer.from(comment)]);
}

function endRecords64(length: number, offset: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(BigInt(length), 40);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(offset), 8);
  return [record, locator];
}
