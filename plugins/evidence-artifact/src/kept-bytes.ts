/** A part of a stream, copied as it passes: a source may use its chunks again. */
export interface KeptBytes {
  /** Every chunk in order, with the offset of its first byte. */
  see(chunk: Uint8Array, at: number): void;
  /** Those that have passed. */
  bytes(): Buffer;
  isComplete(): boolean;
}

/** @param from offset of the first byte; @param length all the memory that it takes */
export function keepBytes(from: number, length: number): KeptBytes {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  return {
    see(chunk, at) {
      const wanted = from + filled;
      if (filled === length || wanted < at || wanted >= at + chunk.length) return;
      const part = chunk.subarray(wanted - at, wanted - at + length - filled);
      buffer.set(part, filled);
      filled += part.length;
    },
    bytes: () => buffer.subarray(0, filled),
    isComplete: () => filled === length,
  };
}
