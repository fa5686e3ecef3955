/**
 * Whether a text is what a pattern describes: `*` is anything but `/`, `**` is anything, every other character is itself.
 * Takes pattern × text steps at most, whatever they hold: the text comes from strangers.
 */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split(/(\*+)/).filter((part) => part !== '');
  let reached = new Set([0]);
  for (const part of parts) {
    reached = part.startsWith('*') ? stretched(reached, text, part.length > 1) : advanced(reached, text, part);
    if (reached.size === 0) return false;
  }
  return reached.has(text.length);
}

const advanced = (from: ReadonlySet<number>, text: string, literal: string) =>
  new Set([...from].filter((at) => text.startsWith(literal, at)).map((at) => at + literal.length));

function stretched(from: ReadonlySet<number>, text: string, acrossSlashes: boolean): Set<number> {
  const to = new Set<number>();
  let isOpen = false;
  for (let at = 0; at <= text.length; at++) {
    if (at > 0 && text[at - 1] === '/' && !acrossSlashes) isOpen = false;
    if (from.has(at)) isOpen = true;
    if (isOpen) to.add(at);
  }
  return to;
}
