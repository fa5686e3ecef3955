import { allow, deny, factsOf, waiverFor, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { EvidenceConfig } from './config.js';
import { shortcoming } from './shortcoming.js';

const NAME = 'evidence';
/** Of these one bad document spoils the kind; of the others one good document is enough. */
const ALL_MUST_BE_GOOD: readonly string[] = ['artifact', 'tests'];

/**
 * Refuses an order whose evidence is not complete, and says of everything that is missing why: in its provider's own words, or
 * in ours where a document is there and does not count. A waiver for the kind lets it pass. Evidence of another artifact than
 * the one that would be published is refused whatever is waived.
 */
export const evidence = (settings: Partial<EvidenceConfig> = {}): PolicyGate => {
  const config = { ...new EvidenceConfig(), ...settings };
  return {
    name: NAME,
    async evaluate(_ctx, facts) {
      const missing = requiredFor(facts, config).flatMap((kind) => {
        const why = whyMissing(kind, facts, config);
        return why ? [{ why, waiver: waiverFor(facts, NAME, kind) }] : [];
      });
      const open = missing.filter(({ waiver }) => !waiver);

      const refusals = [...anotherArtifact(facts), ...open.map(({ why }) => why)];
      if (refusals.length > 0) return deny(...refusals);
      const waived = [...new Set(missing.flatMap(({ waiver }) => waiver?.id ?? []))];
      return waived.length > 0 ? { ...allow(), waived } : allow();
    },
  };
};

/** Whoever limits the formats of a platform needs to know the artifact's. */
function requiredFor({ order }: GateFacts, config: EvidenceConfig): readonly string[] {
  const required = config.rings[order.ring] ?? config.required;
  return config.formats[order.package.platform] ? [...new Set([...required, 'artifact'])] : required;
}

function whyMissing(kind: string, facts: GateFacts, config: EvidenceConfig): string | undefined {
  const items = facts.evidence.filter((item) => item.kind === kind);
  const bad = items.flatMap((item) => {
    const what = shortcoming(item, facts, config);
    return what ? [{ item, what }] : [];
  });
  const spoilt = ALL_MUST_BE_GOOD.includes(kind) && bad.some(({ item }) => item.facts);
  if (items.length > bad.length && !spoilt) return undefined;
  const reasons = bad.map(({ item, what }) => `${item.provider}: ${what}`);
  return `${kind} is missing: ${reasons.join('; ') || 'no evidence provider looked for it'}`;
}

function anotherArtifact({ order, evidence: items }: GateFacts): string[] {
  const { sha256, size } = order.package.artifact;
  return factsOf(items, 'artifact')
    .filter((measured) => measured.sha256 !== sha256 || measured.size !== size)
    .map(
      (measured) =>
        `the evidence is of another artifact: ${measured.sha256} of ${measured.size} bytes was measured, ${sha256} of ${size} bytes would be published`,
    );
}
