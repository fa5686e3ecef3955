import type { SecretProvider } from '@eucora/sdk';

/** What was resolved so far, so that the log can mask it. */
export interface KnownSecrets {
  add(value: string): void;
  /** The text with every known secret replaced. */
  mask(text: string): string;
}

/** Shorter values would mask ordinary words. */
const MIN_LENGTH = 8;

export function knownSecrets(): KnownSecrets {
  const values = new Set<string>();
  return {
    add(value) {
      if (value.length < MIN_LENGTH) return;
      values.add(value);
      values.add(JSON.stringify(value).slice(1, -1));
    },
    mask(text) {
      let masked = text;
      for (const value of values) if (masked.includes(value)) masked = masked.replaceAll(value, '[secret]');
      return masked;
    },
  };
}

/** The same provider; what it gives out is masked from then on. */
export const remembering = (provider: SecretProvider, known: KnownSecrets): SecretProvider => ({
  async resolve(reference) {
    const value = await provider.resolve(reference);
    known.add(value);
    return value;
  },
});
