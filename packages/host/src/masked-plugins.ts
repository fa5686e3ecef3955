import { EucoraError, isEucoraError, reasonOf, type EvidenceProvider, type PolicyGate } from '@eucora/sdk';
import type { KnownSecrets } from './secrets.js';

type Masking = Pick<KnownSecrets, 'mask' | 'maskIn'>;

/** What these say is sealed under its digest, where nothing can be masked any more. Secrets in it are masked before. */
export const maskedEvidence = (providers: readonly EvidenceProvider[], known: Masking): readonly EvidenceProvider[] =>
  providers.map((provider) => ({
    name: provider.name,
    collect: (ctx, order) => masked(() => provider.collect(ctx, order), known),
  }));

/** As {@link maskedEvidence}: their verdicts are sealed as well. */
export const maskedGates = (gates: readonly PolicyGate[], known: Masking): readonly PolicyGate[] =>
  gates.map((gate) => ({
    name: gate.name,
    evaluate: (ctx, facts) => masked(() => gate.evaluate(ctx, facts), known),
  }));

async function masked<Answer>(ask: () => Promise<Answer>, known: Masking): Promise<Answer> {
  try {
    return known.maskIn(await ask());
  } catch (cause) {
    const reason = reasonOf(cause);
    const what = known.mask(reason);
    throw what === reason ? cause : inOtherWords(cause, what);
  }
}

/** What the error means stays: one that passes is asked again, and must not become an absence. */
function inOtherWords(cause: unknown, what: string): Error {
  if (!isEucoraError(cause)) return new Error(what);
  const { code, errorClass, statusCode, retryAfterMs } = cause;
  return new EucoraError(code, { what, errorClass, statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
