import { readFileSync } from 'node:fs';
import { EucoraError, isEucoraError, reasonOf } from '@eucora/sdk';
import { checkWeights, DEFAULT_WEIGHTS, type RiskWeights } from '@eucora/engine';

/** The weights of the risk score: those of a file, else ours. @throws EucoraError `CONFIG_INVALID` with every mistake in it */
export function readRiskWeights(path: string | undefined): RiskWeights {
  if (path === undefined) return DEFAULT_WEIGHTS;
  try {
    return checkWeights(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = isEucoraError(cause) ? cause.message : `cannot be read: ${reasonOf(cause)}`;
    throw new EucoraError('CONFIG_INVALID', { what: `risk_weights: ${path}: ${why}` });
  }
}
