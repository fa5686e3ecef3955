import { allow, deny, needsApproval, type GateAnswer, type GateFacts, type PolicyGate, type Quorum } from '@eucora/sdk';
import { CabConfig, type CabRule } from './config.js';

/** SPEC section 3. Stands before the configured rules. */
const SPEC_RULE: CabRule = { aboveRisk: 50, needed: 1 };

/**
 * Says when the change advisory board must say yes, and how many of it: every rule that applies counts, and of each field the
 * strictest (the most people, those who are named by all of the rules, the fewest hours).
 *
 * Approvals that were given already do not turn the answer into `allow`. The gate states what is needed; comparing that
 * with what was given is the engine's, so that one place alone counts hands.
 */
export const cab = (settings: Partial<CabConfig> = {}): PolicyGate => {
  const { rules } = { ...new CabConfig(), ...settings };
  return {
    name: 'cab',
    async evaluate(_ctx, facts) {
      const applying = [SPEC_RULE, ...rules].filter((rule) => applies(rule, facts));
      return applying.length > 0 ? asked(applying) : allow();
    },
  };
};

const applies = (rule: CabRule, { order, risk, emergency }: GateFacts): boolean => {
  const { name, version, privileged = false } = order.package;
  return [
    !rule.rings || rule.rings.includes(order.ring),
    // Turned round, so that a score that is no number is asked about.
    rule.aboveRisk == null || !(risk.score <= rule.aboveRisk),
    rule.privileged == null || rule.privileged === privileged,
    !rule.purposes || rule.purposes.includes(order.purpose),
    !rule.packages || rule.packages.includes(name) || rule.packages.includes(`${name}@${version}`),
    rule.emergency == null || rule.emergency === Boolean(emergency),
  ].every(Boolean);
};

function asked(rules: readonly CabRule[]): GateAnswer {
  const approval = strictest(rules);
  const reasons = rules.map(describe);
  if (approval.from && approval.from.length < approval.needed) {
    const who = approval.from.join(', ') || 'nobody';
    return deny(
      ...reasons,
      `together that takes ${people(approval.needed)}, of whom every rule names only ${who}: the rules of the gate contradict each other`,
    );
  }
  return { ...needsApproval(...reasons), approval };
}

function strictest(rules: readonly CabRule[]): Quorum {
  const named = rules.flatMap(({ from }) => (from ? [from] : []));
  const hours = rules.flatMap(({ validHours }) => validHours ?? []);
  return {
    needed: Math.max(...rules.map(({ needed }) => needed)),
    ...(named.length > 0 && { from: named.reduce((some, others) => some.filter((one) => others.includes(one))) }),
    ...(hours.length > 0 && { validHours: Math.min(...hours) }),
  };
}

/** `privileged, in department or global: 2 people must say yes`. */
function describe(rule: CabRule): string {
  const when = [
    ...(rule.aboveRisk == null ? [] : [`risk above ${rule.aboveRisk}`]),
    ...(rule.emergency == null ? [] : [rule.emergency ? 'an emergency' : 'no emergency']),
    ...(rule.privileged == null ? [] : [rule.privileged ? 'privileged' : 'not privileged']),
    ...(rule.packages ? [rule.packages.join(' or ')] : []),
    ...(rule.purposes ? [`for ${rule.purposes.join(' or ')}`] : []),
    ...(rule.rings ? [`in ${rule.rings.join(' or ')}`] : []),
  ];
  const of = rule.from ? ` of ${rule.from.join(', ')}` : '';
  const within = rule.validHours == null ? '' : ` within ${rule.validHours} h`;
  return `${when.join(', ') || 'always'}: ${people(rule.needed)}${of} must say yes${within}`;
}

const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);
