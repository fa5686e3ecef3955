import type { SecretProvider } from '@eucora/sdk';
import { replaceAny } from './replace-any.js';
import { formsOf, SHORTEST } from './secret-forms.js';

/** What was resolved so far, so that nothing that leaves the host says it. */
export interface KnownSecrets {
  add(value: string): void;
  /** The text with every known secret replaced, whatever form it stands in. */
  mask(text: string): string;
  /** Plain JSON with every text in it masked. The same object where it holds no secret. */
  maskIn<Value>(value: Value): Value;
}

const HIDDEN = '[secret]';

export function knownSecrets(): KnownSecrets {
  const values = new Set<string>();
  const forms = new Set<string>();
  let replace: ((text: string) => string) | undefined;

  const mask = (text: string): string =>
    text.length < SHORTEST ? text : (replace ??= replaceAny([...forms], SHORTEST, HIDDEN))(text);

  return {
    add(value) {
      if (value.length < SHORTEST || values.has(value)) return;
      values.add(value);
      for (const form of formsOf(value)) forms.add(form);
      replace = undefined;
    },
    mask,
    maskIn: (value) => (forms.size === 0 ? value : (maskedIn(value, mask) as typeof value)),
  };
}

/** Copies only what changes, and what it stands in. */
function maskedIn(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let changed: unknown[] | undefined;
    for (const [at, item] of value.entries()) {
      const masked = maskedIn(item, mask);
      if (masked !== item) (changed ??= [...(value as unknown[])])[at] = masked;
    }
    return changed ?? value;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const isClean = (name: string) => mask(name) === name && maskedIn(fields[name], mask) === fields[name];
  if (Object.keys(fields).every(isClean)) return value;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [mask(name), maskedIn(field, mask)]));
}

/** The same provider; what it gives out is masked from then on. */
export const remembering = (provider: SecretProvider, known: Pick<KnownSecrets, 'add'>): SecretProvider => ({
  async resolve(reference) {
    const value = await provider.resolve(reference);
    known.add(value);
    return value;
  },
});
