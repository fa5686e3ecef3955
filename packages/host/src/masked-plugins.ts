import { reasonOf, type EvidenceProvider, type PolicyGate } from '@eucora/sdk';
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
    const safe = known.mask(reason);
    throw safe === reason ? cause : new Error(safe);
  }
}
