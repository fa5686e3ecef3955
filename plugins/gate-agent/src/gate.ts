import { allow, deny, needsApproval, type GateFacts, type Order, type PolicyGate, type RiskClass } from '@eucora/sdk';
import { AgentConfig, type Limits, type R2Config } from './config.js';
import { isWithin } from './hours.js';

/**
 * What an agent may do by itself. Actions of the class R1 run, R2 run where the configuration lets them and wait for a person
 * elsewhere, R3 always wait for a person: nothing that can be configured changes that. Whatever the class, an agent keeps to
 * the limits of all agents and to its own, and one that is not listed may do nothing. What people ask for is not its business.
 */
export const agent = (settings: Partial<AgentConfig> = {}): PolicyGate => {
  const config = { ...new AgentConfig(), ...settings };
  return {
    name: 'agent',
    async evaluate(_ctx, facts) {
      const { subject, agent: action } = facts.requester;
      if (!action) return allow();
      const own = config.agents.find((listed) => listed.subject === subject);
      if (!own) return deny(`agent ${subject} is not listed, and may do nothing before it is`);

      const refusals = [...new Set([...beyond(config, facts), ...beyond(own, facts)])];
      if (refusals.length > 0) return deny(...refusals.map((what) => `agent ${subject} ${what}`));
      return answerTo(subject, classOf(action.riskClass, facts, config), facts, [config.r2, own.r2]);
    },
  };
};

interface Classed {
  readonly riskClass: RiskClass;
  readonly because: string;
}

/** The class that the action came with, or a higher one. An uninstall takes something away; an emergency opens doors. */
function classOf(given: RiskClass, { order, emergency }: GateFacts, { uninstall }: AgentConfig): Classed {
  if (given !== 'R1' && given !== 'R2') return { riskClass: 'R3', because: `its action is ${given}` };
  if (emergency) return { riskClass: 'R3', because: 'it declares an emergency, which makes it R3' };
  if (order.purpose === 'uninstall' && uninstall > given) {
    return { riskClass: uninstall, because: `an uninstall is at least ${uninstall}` };
  }
  return { riskClass: given, because: `its action is ${given}` };
}

function answerTo(
  subject: string,
  { riskClass, because }: Classed,
  facts: GateFacts,
  allowances: readonly (R2Config | undefined)[],
) {
  if (riskClass === 'R1') return allow();
  const wait = (why: string) => needsApproval(`agent ${subject} waits for a person: ${because}${why}`);
  if (riskClass === 'R3') return wait('');

  const given = allowances.filter((r2) => r2 != null);
  if (given.length === 0) return wait(', and no R2 action may run by itself');
  const obstacles = given.flatMap((r2) => obstaclesTo(r2, facts));
  return obstacles.length > 0 ? wait(`, and ${[...new Set(obstacles)].join(', ')}`) : allow();
}

const obstaclesTo = ({ rings, packages, maxRisk }: R2Config, { order, risk }: GateFacts): string[] => [
  ...(rings.includes(order.ring) ? [] : [`R2 runs by itself only in ${rings.join(', ')}`]),
  ...(!packages || names(packages, order) ? [] : [`R2 runs by itself only for ${packages.join(', ')}`]),
  ...(risk.score <= maxRisk ? [] : [`R2 runs by itself only up to a risk of ${maxRisk}, and this is ${risk.score}`]),
];

/** What goes beyond the limits, to follow `agent …`. */
function beyond(
  { maxDevices, rings, packages, privileged, hours, until }: Limits,
  { order, now }: GateFacts,
): string[] {
  return [
    ...(maxDevices == null || order.sizeLimit <= maxDevices
      ? []
      : [`may reach ${maxDevices} devices at most, and the ring may hold ${order.sizeLimit}`]),
    ...(!rings || rings.includes(order.ring)
      ? []
      : [`may act in ${rings.join(', ') || 'no ring'} only, not in ${order.ring}`]),
    ...(!packages || names(packages, order)
      ? []
      : [`may handle ${packages.join(', ') || 'no package'} only, not ${order.package.name}`]),
    ...(privileged !== false || !order.package.privileged ? [] : [`may not handle privileged packages`]),
    ...(!hours || isWithin(hours, now)
      ? []
      : [`may act from ${hours.from} to ${hours.until} on ${hours.days.join(', ')} (${hours.timeZone}) only`]),
    ...(until == null || now.getTime() < Date.parse(until) ? [] : [`had a mandate until ${until}, which is over`]),
  ];
}

const names = (packages: readonly string[], { package: { name, version } }: Order): boolean =>
  packages.includes(name) || packages.includes(`${name}@${version}`);
