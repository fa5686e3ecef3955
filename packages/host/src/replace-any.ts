const BLOCK = 3;
const BLOCKS = 1 << 16;

/**
 * Replaces whichever of many texts stand in another; where several begin at one place, the longest. It leaps over what can be no
 * part of any of them (Wu and Manber, 1994), so that their number hardly matters: a regular expression takes hundreds of times as long.
 *
 * @param shortest characters that each of them has at least, 3 or more
 * @returns a function that gives back the very same text where none of them is in it
 */
export function replaceAny(texts: readonly string[], shortest: number, by: string): (text: string) => string {
  const leaps = new Uint8Array(BLOCKS).fill(shortest - BLOCK + 1);
  const candidates = new Map<number, string[]>();
  for (const text of [...texts].sort((a, b) => b.length - a.length)) {
    for (let end = BLOCK - 1; end < shortest; end++) {
      const block = blockAt(text, end);
      leaps[block] = Math.min(leaps[block]!, shortest - 1 - end);
    }
    const last = blockAt(text, shortest - 1);
    candidates.set(last, [...(candidates.get(last) ?? []), text]);
  }

  return (text) => {
    let [done, rest] = ['', 0];
    for (let at = shortest - 1; at < text.length;) {
      const block = blockAt(text, at);
      const leap = leaps[block]!;
      const begin = at - shortest + 1;
      const found = leap === 0 ? candidates.get(block)?.find((each) => text.startsWith(each, begin)) : undefined;
      if (found === undefined) at += leap || 1;
      else {
        done += text.slice(rest, begin) + by;
        rest = begin + found.length;
        at = rest + shortest - 1;
      }
    }
    return rest === 0 ? text : done + text.slice(rest);
  };
}

/** A number for the block that ends there. */
const blockAt = (text: string, end: number): number =>
  ((text.charCodeAt(end - 2) * 33 + text.charCodeAt(end - 1)) * 33 + text.charCodeAt(end)) & (BLOCKS - 1);
