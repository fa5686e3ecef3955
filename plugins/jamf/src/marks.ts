import { markOf, markText, packageKey, readMark, type Mark, type Order } from '@eucora/sdk';

/**
 * Our writing on Jamf's objects:
 *
 * ```
 * [eucora intent=… ring=lab correlation=…]
 * [eucora package=Example Tool@2.0.0/macos sha256=… sha3-512=…]      in the notes of a package
 * [eucora package=Example Tool@2.0.0/macos since=2026-…Z]            in the Self Service description of a policy
 * ```
 *
 * A policy has no notes; its Self Service description is the one free text that it keeps, also where it is not in Self
 * Service. `since` says when computers were let loose on it; `flush-due` that its log holds runs which must not count any more.
 */
export interface PackageMark {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  /** What stands behind the key: `sha256`, `since`, `flush-due`, ... A word without a value has an empty one. */
  readonly facts: Readonly<Record<string, string>>;
}

const PACKAGE = /\[eucora package=((.+)@([^@]+)\/([a-z]+))((?: [a-z0-9-]+(?:=[^\s\]]+)?)*)\]/;

export function readPackageMark(text: string | null | undefined): PackageMark | undefined {
  const found = PACKAGE.exec(text ?? '');
  if (!found) return undefined;
  const facts = (found[5] ?? '')
    .split(' ')
    .filter(Boolean)
    .map((fact) => [fact.split('=')[0]!, fact.slice(fact.indexOf('=') + 1 || fact.length)] as const);
  return {
    key: found[1]!,
    name: found[2]!,
    version: found[3]!,
    platform: found[4]!,
    facts: Object.fromEntries(facts),
  };
}

const packageText = (key: string, facts: Readonly<Record<string, string | undefined>>): string => {
  const words = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return `[eucora package=${[key, ...words].join(' ')}]`;
};

/** @param sha3 SHA3-512 of the artifact, in hex: what Jamf will say of what it has got */
export const packageNotes = (order: Order, sha3: string): string =>
  [
    markText(markOf(order)),
    packageText(packageKey(order.package), { sha256: order.package.artifact.sha256, 'sha3-512': sha3 }),
  ].join('\n');

/** What a policy's description says besides words for people. */
export interface PolicyMark {
  readonly mark: Mark;
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly since?: string;
  readonly flushDue: boolean;
}

/** @param words for people; nothing in them is taken for ours */
export const policyDescription = (words: string, { mark, key, since, flushDue }: PolicyMark): string =>
  [
    words.replaceAll('[eucora', '(eucora'),
    markText(mark),
    packageText(key, { since, 'flush-due': flushDue ? '' : undefined }),
  ].join('\n');

/** Both lines must be there: a policy that a person made, or took over, has none. */
export function readPolicyMark(description: string): PolicyMark | undefined {
  const mark = readMark(description);
  const pkg = readPackageMark(description);
  if (!mark || !pkg) return undefined;
  const { since } = pkg.facts;
  return { mark, key: pkg.key, ...(since && { since }), flushDue: 'flush-due' in pkg.facts };
}

/** A remediation has a correlation id of its own and is still the same order's work. */
export const sameOrder = (a: Mark, b: Mark): boolean => a.intentId === b.intentId && a.ring === b.ring;
