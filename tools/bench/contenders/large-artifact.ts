import { randomBytes } from 'node:crypto';

/** Bytes. */
export const LARGE = 1024 ** 3;
const CHUNK = 1024 * 1024;

/** As many bytes, in pieces; the piece is random once, so that making them takes next to nothing. */
export async function* largeArtifact(): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(CHUNK);
  for (let made = 0; made < LARGE; made += CHUNK) {
    piece.writeUInt32BE(made / CHUNK);
    yield Uint8Array.from(piece);
  }
}
