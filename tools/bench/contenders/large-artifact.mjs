import { randomBytes } from 'node:crypto';

/** Bytes. */
export const LARGE = 1024 ** 3;
const CHUNK = 1024 * 1024;

/** As many bytes, in pieces. Each is the same memory, changed: whoever takes one is done with it before the next. */
export async function* largeArtifact() {
  const piece = randomBytes(CHUNK);
  for (let made = 0; made < LARGE; made += CHUNK) {
    piece.writeUInt32BE(made / CHUNK);
    yield piece;
  }
}
