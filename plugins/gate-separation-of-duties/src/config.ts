import { classSchema, RINGS, type RingName } from '@eucora/sdk';
import { IsBoolean, ValidateBy, validateSync } from 'class-validator';

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

/** What an operator may set. That nobody approves what they asked for or packaged is not among it. */
export class SeparationConfig {
  /** False: who packaged may also publish, when somebody else approves it. */
  @IsBoolean({ message: 'must be true or false' })
  strict: boolean = true;

  /** Rings in which who packaged may also publish, with no second hand. */
  @Must(
    `be a list of rings: ${RINGS.join(', ')}`,
    (value) => Array.isArray(value) && value.every((ring) => RINGS.includes(ring as RingName)),
  )
  allowSelfPublishIn: RingName[] = [];
}

export const separationConfig = classSchema(SeparationConfig, { validateSync });
