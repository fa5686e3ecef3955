import type { RiskClass } from '@eucora/sdk';
import type { PublishRequest } from '@eucora/engine';
import type { RouteRequest } from '../http/route.js';

interface AskingBody {
  readonly emergency_reason?: string;
  readonly risk_class?: RiskClass;
}

/**
 * What a request says of itself. A subject that is known as an agent is one whatever it sends, and its action is of the highest class unless it
 * names another; a program that calls itself an agent by naming a class is taken at its word, which only makes the gates stricter.
 */
export const askingOf = (
  { risk_class, emergency_reason }: AskingBody,
  { identity }: Pick<RouteRequest<object, object>, 'identity'>,
): Pick<PublishRequest, 'agent' | 'emergency'> => ({
  ...((identity.agent || risk_class) && { agent: { riskClass: risk_class ?? 'R3' } }),
  ...(emergency_reason !== undefined && { emergency: { reason: emergency_reason } }),
});
