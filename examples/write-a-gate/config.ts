import { RINGS, ringOf, type RingName, type SchemaIssue, type StandardSchema } from '@eucora/sdk';
import type { Freeze } from './gate.js';

export interface FreezeConfig {
  readonly freezes: readonly Freeze[];
}

type Found<Value> = { readonly value: Value } | { readonly issues: readonly SchemaIssue[] };

/**
 * Any validator that speaks Standard Schema will do here; this one is written by hand to show that none is needed. It
 * collects every mistake, each with its path.
 *
 * @example { "freezes": [{ "rings": ["global"], "from": "2026-12-18T00:00:00Z", "until": "2027-01-04T00:00:00Z", "why": "holidays" }] }
 */
export const config: StandardSchema<FreezeConfig> = {
  '~standard': {
    version: 1,
    vendor: 'freeze-window',
    validate(value) {
      if (!isRecord(value) || !Array.isArray(value.freezes)) return wrong('must be a list', 'freezes');
      const found = [...onlyKnown(value, ['freezes']), ...value.freezes.map(freezeOf)];
      const issues = found.flatMap((one) => ('issues' in one ? one.issues : []));
      if (issues.length > 0) return { issues };
      return { value: { freezes: found.flatMap((one) => ('value' in one ? [one.value] : [])) } };
    },
  },
};

function freezeOf(value: unknown, index: number): Found<Freeze> {
  const at = (field: string) => ['freezes', index, field] as const;
  if (!isRecord(value)) return wrong('must be an object', 'freezes', index);
  const issues = onlyKnown(value, ['rings', 'from', 'until', 'why'], 'freezes', index).flatMap(({ issues: of }) => of);
  const check = (isRight: boolean, field: string, message: string) => {
    if (!isRight) issues.push({ path: at(field), message });
  };

  const rings = ringsOf(value.rings);
  const [from, until] = [timeOf(value.from), timeOf(value.until)];
  check(rings.length > 0, 'rings', `must be a list of ${RINGS.join(', ')}`);
  check(!Number.isNaN(from.getTime()), 'from', 'must be a time in ISO 8601');
  check(!Number.isNaN(until.getTime()), 'until', 'must be a time in ISO 8601');
  check(!(until <= from), 'until', 'must be later than from');
  check(typeof value.why === 'string' && value.why !== '', 'why', 'must say why, for whoever is refused');
  return issues.length > 0 ? { issues } : { value: { rings, from, until, why: String(value.why) } };
}

/** Empty when anything in it is not a ring. */
function ringsOf(value: unknown): readonly RingName[] {
  if (!Array.isArray(value)) return [];
  const rings = value.map((ring: unknown) => (typeof ring === 'string' ? ringOf(ring) : undefined));
  return rings.every((ring) => ring !== undefined) ? rings : [];
}

const timeOf = (value: unknown): Date => new Date(typeof value === 'string' ? value : NaN);

const onlyKnown = (value: object, known: readonly string[], ...path: readonly PropertyKey[]) =>
  Object.keys(value)
    .filter((field) => !known.includes(field))
    .map((field) => wrong('is not a setting of this gate', ...path, field));

const wrong = (message: string, ...path: readonly PropertyKey[]): { issues: SchemaIssue[] } => ({
  issues: [{ path, message }],
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
