import { CATALOGUE, EucoraError, ringOf, type RingName } from '@eucora/sdk';
import type { Input } from './command.js';

/** An option with a value, as it was typed. */
export const text = ({ options }: Input, name: string): string | undefined => options[name] as string | undefined;

/** An option that may be given several times. */
export const texts = ({ options }: Input, name: string): readonly string[] | undefined =>
  options[name] as readonly string[] | undefined;

export const flag = ({ options }: Input, name: string): boolean => options[name] === true;

/** By name or number. @throws EucoraError `RING_UNKNOWN` */
export function ring(input: Input): RingName | undefined {
  const typed = text(input, 'ring');
  if (typed === undefined) return undefined;
  const found = ringOf(typed);
  if (!found)
    throw new EucoraError('RING_UNKNOWN', { what: `there is no ring ${typed}`, remedy: CATALOGUE.RING_UNKNOWN.remedy });
  return found;
}

/** @throws EucoraError `INPUT_INVALID` */
export function wholeNumber(input: Input, name: string, { from, to }: { readonly from: number; readonly to: number }) {
  const typed = text(input, name);
  if (typed === undefined) return undefined;
  const value = Number(typed);
  if (/^\d+$/.test(typed) && value >= from && value <= to) return value;
  throw new EucoraError('INPUT_INVALID', { what: `--${name} ${typed} is not a whole number from ${from} to ${to}` });
}
