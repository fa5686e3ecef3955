import type { Severity } from '@eucora/sdk';

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'negligible',
  info: 'negligible',
  informational: 'negligible',
  none: 'negligible',
};

/** From the word of a tool, in any case; `unknown` for a word that nobody taught us. */
export const severityOfWord = (word: unknown): Severity =>
  (typeof word === 'string' && Object.hasOwn(WORDS, word.toLowerCase()) && WORDS[word.toLowerCase()]) || 'unknown';

/** The bands of CVSS 3 and 4. Nothing where it is no score from 0 to 10. */
export function severityOfScore(given: unknown): Severity | undefined {
  const score = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof score !== 'number' || !(score >= 0 && score <= 10)) return undefined;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'negligible';
}

const LEVELS: Readonly<Record<string, Severity>> = {
  error: 'high',
  warning: 'medium',
  note: 'low',
  none: 'negligible',
};

/** From a level of SARIF. */
export const severityOfLevel = (level: unknown): Severity =>
  (typeof level === 'string' && Object.hasOwn(LEVELS, level) && LEVELS[level]) || 'unknown';
