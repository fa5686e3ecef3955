import { markOf, markText, packageKey, readMark, type Mark, type Order, type Sha256 } from '@eucora/sdk';

/**
 * Our writing in an app's `notes`, the only free text that the list of apps shows (facts file, section 7):
 *
 * ```
 * [eucora intent=… ring=lab correlation=…] on <group> <group>
 * [eucora package=esbuild@0.25.1/windows sha256=…]
 * ```
 *
 * The package line says what the app is, whoever asked for it. A mark line says who asked; one line for each order that
 * uses the app, with the groups that it assigned. Lines of other people are left as they are.
 */
export interface PackageMark {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly sha256: Sha256;
}

const PACKAGE = /^\[eucora package=((.+)@([^@]+)\/([a-z]+)) sha256=([0-9a-f]{64})\]\s*$/m;
const lineBreak = /\r?\n/;

export const newNotes = (order: Order): string =>
  [
    markText(markOf(order)),
    `[eucora package=${packageKey(order.package)} sha256=${order.package.artifact.sha256}]`,
  ].join('\n');

export function readPackageMark(notes: string | null | undefined): PackageMark | undefined {
  const found = PACKAGE.exec(notes ?? '');
  if (!found) return undefined;
  return { key: found[1]!, name: found[2]!, version: found[3]!, platform: found[4]!, sha256: found[5]! };
}

/** Who assigned which target, as far as the notes name it. The first line that names a target counts. */
export function notedTargets(notes: string | null | undefined): ReadonlyMap<string, Mark> {
  const noted = new Map<string, Mark>();
  for (const line of (notes ?? '').split(lineBreak)) {
    const mark = readMark(line);
    if (!mark) continue;
    for (const target of targetsOf(line)) if (!noted.has(target)) noted.set(target, mark);
  }
  return noted;
}

/** The mark of the order that assigned the target; for a target that no line names, the mark of the order that made the app. */
export const markOfTarget = (notes: string | null | undefined, target: string): Mark | undefined =>
  notedTargets(notes).get(target) ?? readMark(notes);

export const isNoted = (noted: ReadonlyMap<string, Mark> | undefined, mark: Mark, target: string): boolean =>
  sameOrder(noted?.get(target), mark);

/** The notes with the target under the order's mark, and under no other. The same notes again if that is how they are. */
export function noteTarget(notes: string, mark: Mark, target: string): string {
  if (isNoted(notedTargets(notes), mark, target)) return notes;
  const lines = without(notes, target);
  const own = lines.findIndex((line) => sameOrder(readMark(line), mark));
  const line = `${markText(mark)} on ${[...(own < 0 ? [] : targetsOf(lines[own]!)), target].join(' ')}`;
  return (own < 0 ? [...lines, line] : lines.with(own, line)).join('\n');
}

const targetsOf = (line: string): string[] => {
  const after = line.indexOf('] on ');
  return after < 0
    ? []
    : line
        .slice(after + '] on '.length)
        .split(' ')
        .filter(Boolean);
};

/** A mark line that named nothing else is gone. The first stays, bare: it names the order that made the app. */
function without(notes: string, target: string): string[] {
  const lines = notes.split(lineBreak);
  const first = lines.findIndex((line) => readMark(line));
  return lines.flatMap((line, at) => {
    const mark = readMark(line);
    const targets = targetsOf(line);
    if (!mark || !targets.includes(target)) return [line];
    const others = targets.filter((other) => other !== target);
    if (others.length > 0) return [`${markText(mark)} on ${others.join(' ')}`];
    return at === first ? [markText(mark)] : [];
  });
}

/** A remediation has a correlation id of its own and is still the same order's work. */
const sameOrder = (a: Mark | undefined, b: Mark) => a?.intentId === b.intentId && a.ring === b.ring;
