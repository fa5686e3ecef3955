import { sha256Hex } from '@eucora/sdk';

/** A number from 0 up to 1 that depends on nothing but the words. Same words, same number. */
export const chance = (...words: readonly (string | number)[]): number =>
  Number.parseInt(sha256Hex(JSON.stringify(words)).slice(0, 12), 16) / 2 ** 48;
