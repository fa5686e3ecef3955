export type RingName = 'lab' | 'canary' | 'pilot' | 'department' | 'global';

/** From the fewest devices to all of them; the index is the ring number. */
export const RINGS: readonly RingName[] = ['lab', 'canary', 'pilot', 'department', 'global'];

/** Limits of one ring. Wire form: `ring_number`, `success_threshold`, `time_to_compliance_hours`, `size_limit`. */
export interface RingConfig {
  readonly ring: RingName;
  /** Percent of targeted devices, 0 to 100. */
  readonly successThreshold: number;
  /** Hours from the assignment until the threshold must be reached. */
  readonly timeToComplianceHours: number;
  /** Devices. More than that in the ring's scope stops the run. */
  readonly sizeLimit: number;
}

/** SPEC 2.4. Lab's gate is "automated tests pass": every lab device must be well. */
export const DEFAULT_RINGS: Readonly<Record<RingName, RingConfig>> = {
  lab: { ring: 'lab', successThreshold: 100, timeToComplianceHours: 24, sizeLimit: 10 },
  canary: { ring: 'canary', successThreshold: 98, timeToComplianceHours: 24, sizeLimit: 100 },
  pilot: { ring: 'pilot', successThreshold: 97, timeToComplianceHours: 48, sizeLimit: 1_000 },
  department: { ring: 'department', successThreshold: 99, timeToComplianceHours: 72, sizeLimit: 10_000 },
  global: { ring: 'global', successThreshold: 99, timeToComplianceHours: 168, sizeLimit: 100_000 },
};

export const ringNumber = (ring: RingName): number => RINGS.indexOf(ring);

/** By name or number (`canary`, `1`); nothing for what is neither. */
export function ringOf(value: string | number): RingName | undefined {
  if (typeof value === 'number' || /^\d+$/.test(value)) return RINGS[Number(value)];
  return RINGS.find((ring) => ring === value);
}
