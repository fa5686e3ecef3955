import { createHash } from 'node:crypto';
import type { Context, Sha256 } from '@eucora/sdk';
import { pointedAt, type Glimpse } from './format.js';
import { keepBytes, type KeptBytes } from './kept-bytes.js';

/** Bytes. The headers of every format that we know, and the first names of a ZIP. */
const HEAD = 64 * 1024;

/** Bytes. The central directory of a ZIP with about ten thousand files; longer ones are known by their end. */
const TAIL = 1024 * 1024;

export interface Passage extends Glimpse {
  readonly sha256: Sha256;
  /** Bytes that came; one chunk too many when there were more than expected, because then nobody reads on. */
  readonly size: number;
}

/**
 * Lets all bytes pass once. The memory is that of head and tail, however many they are.
 *
 * @param expected bytes; where the tail begins follows from it
 */
export async function passOver(
  { signal }: Pick<Context, 'signal'>,
  bytes: AsyncIterable<Uint8Array>,
  expected: number,
): Promise<Passage> {
  const hash = createHash('sha256');
  const head = keepBytes(0, Math.min(HEAD, expected));
  const tailLength = Math.min(TAIL, expected);
  const tail = keepBytes(expected - tailLength, tailLength);
  let pointed: KeptBytes | undefined;
  let size = 0;

  for await (const chunk of bytes) {
    signal.throwIfAborted();
    hash.update(chunk);
    head.see(chunk, size);
    tail.see(chunk, size);
    if (!pointed && head.isComplete()) {
      const { from, length } = pointedAt(head.bytes()) ?? { from: 0, length: 0 };
      pointed = keepBytes(from, length);
      pointed.see(head.bytes(), 0);
    }
    pointed?.see(chunk, size);
    size += chunk.length;
    if (size > expected) break;
  }
  return {
    sha256: hash.digest('hex'),
    size,
    head: head.bytes(),
    tail: tail.bytes(),
    pointed: pointed?.bytes() ?? Buffer.alloc(0),
  };
}
