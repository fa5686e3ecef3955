import { EucoraError, RISK_CLASSES, type RiskClass } from '@eucora/sdk';
import type { Input, Parameter } from './command.js';
import { text } from './input.js';

/** What a request may say of itself. */
export const ASKING_OPTIONS: readonly Parameter[] = [
  { flags: '--emergency <reason>', text: 'why this cannot wait; it is recorded, and the gates decide what it opens' },
  { flags: '--risk-class <class>', text: `for agents: ${RISK_CLASSES.join(', ')} (default for agents: R3)` },
];

/** @throws EucoraError `INPUT_INVALID` */
export function askingOf(input: Input): { readonly emergency_reason?: string; readonly risk_class?: RiskClass } {
  const [emergency, typed] = [text(input, 'emergency'), text(input, 'riskClass')];
  const risk = RISK_CLASSES.find((one) => one === typed?.toUpperCase());
  if (typed !== undefined && !risk)
    throw new EucoraError('INPUT_INVALID', { what: `--risk-class ${typed} is none of ${RISK_CLASSES.join(', ')}` });
  return { ...(emergency !== undefined && { emergency_reason: emergency }), ...(risk && { risk_class: risk }) };
}
