import { allow, deny, needsApproval, type GateAnswer, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { SeparationConfig } from './config.js';

/**
 * Packaging, publishing and approving are three hands. Denies when the requester packaged it, and when somebody approved
 * what they asked for or packaged themselves. Spellings that differ in case, width or blanks around them are one hand:
 * `Alice@x` does not pass for somebody other than `alice@x`. A hand that is not named could be any hand: denied.
 */
export const separationOfDuties = (settings: Partial<SeparationConfig> = {}): PolicyGate => {
  const config = { ...new SeparationConfig(), ...settings };
  return {
    name: 'separation-of-duties',
    async evaluate(_ctx, facts) {
      const refusals = [...unnamed(facts), ...ownApprovals(facts)];
      return refusals.length > 0 ? deny(...refusals) : selfPublished(facts, config);
    },
  };
};

/** The hand behind a subject. Who might be the same person is taken for the same person. */
const hand = (subject: string): string => subject.normalize('NFKC').trim().toUpperCase().toLowerCase();

const sameHand = (one: string, other: string): boolean => hand(one) === hand(other);

const unnamed = ({ requester, packagedBy, approvals }: GateFacts): string[] => [
  ...(hand(requester.subject) ? [] : ['nobody knows who asked for this']),
  ...(hand(packagedBy) ? [] : ['nobody knows who packaged this: add the package again']),
  ...(approvals.every(({ by }) => hand(by)) ? [] : ['an approval does not say whose it is']),
];

const ownApprovals = ({ requester, packagedBy, approvals }: GateFacts): string[] =>
  approvals.flatMap(({ by }) => [
    ...(sameHand(by, requester.subject)
      ? [`${by} approved what ${requester.subject} asked for: somebody else must`]
      : []),
    ...(sameHand(by, packagedBy) ? [`${by} approved what ${packagedBy} packaged: somebody else must`] : []),
  ]);

function selfPublished({ requester, packagedBy, order }: GateFacts, config: SeparationConfig): GateAnswer {
  const packagedItThemselves = sameHand(requester.subject, packagedBy);
  if (!packagedItThemselves || config.allowSelfPublishIn.includes(order.ring)) return allow();

  const what = `${requester.subject} asks to publish to ${order.ring} what ${packagedBy} packaged`;
  return config.strict
    ? deny(`${what}: somebody else must ask for it`)
    : needsApproval(`${what}: somebody else must approve it`);
}
