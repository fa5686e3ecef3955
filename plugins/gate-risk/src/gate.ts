import { allow, deny, needsApproval, type PolicyGate, type RiskAssessment, type RiskFactor } from '@eucora/sdk';
import { RiskConfig, SPEC_APPROVAL_ABOVE } from './config.js';

const FACTORS_NAMED = 3;

/**
 * Asks for an approval, or refuses, by the risk score, and names what weighs most in it. Whoever configures it can make it
 * stricter than SPEC section 3 and never laxer: above 50 a person is asked. A score that is none is refused.
 */
export const risk = (settings: Partial<RiskConfig> = {}): PolicyGate => {
  const config = { ...new RiskConfig(), ...settings };
  return {
    name: 'risk',
    async evaluate(_ctx, { order: { ring }, risk: assessment }) {
      const { score } = assessment;
      const denyAbove = config.rings[ring]?.denyAbove ?? config.denyAbove;
      const approvalAbove = Math.min(config.rings[ring]?.approvalAbove ?? config.approvalAbove, SPEC_APPROVAL_ABOVE);

      if (!(score >= 0 && score <= 100)) return deny(`the risk score is ${score}, and must be a number from 0 to 100`);
      if (score > denyAbove) return deny(`${scored(assessment)}; in ${ring} nothing above ${denyAbove} may go ahead`);
      if (score > approvalAbove)
        return needsApproval(`${scored(assessment)}; in ${ring} an approver must say yes above ${approvalAbove}`);
      return allow();
    },
  };
};

/** `the risk score is 62: privileged 20 (runs with more rights than the user's), …`. */
function scored({ score, factors }: RiskAssessment): string {
  const heaviest = [...factors]
    .filter(({ contribution }) => contribution > 0)
    .sort(byContribution)
    .slice(0, FACTORS_NAMED)
    .map(({ name, contribution, because }) => `${name} ${contribution} (${because})`);
  return `the risk score is ${score}: ${heaviest.join(', ') || 'no factor explains it'}`;
}

/** The largest first; equals by name, so that the same facts give the same words. */
const byContribution = (a: RiskFactor, b: RiskFactor): number =>
  b.contribution - a.contribution || (a.name < b.name ? -1 : 1);
