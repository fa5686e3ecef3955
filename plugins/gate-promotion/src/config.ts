import 'reflect-metadata';
import { classSchema, RINGS, type RingName } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import { IsBoolean, IsOptional, ValidateBy, ValidateNested, validateSync } from 'class-validator';

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

const Rings = (): PropertyDecorator =>
  Must(
    `be a list of rings: ${RINGS.join(', ')}`,
    (value) => Array.isArray(value) && value.every((ring) => RINGS.includes(ring as RingName)),
  );

const Percentage = (): PropertyDecorator =>
  Must('be a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100);

/** Percent of a ring's devices, by ring. */
export class RingPercentages implements Partial<Record<RingName, number>> {
  @IsOptional() @Percentage() lab?: number;
  @IsOptional() @Percentage() canary?: number;
  @IsOptional() @Percentage() pilot?: number;
  @IsOptional() @Percentage() department?: number;
  @IsOptional() @Percentage() global?: number;
}

/** What an operator may set. */
export class PromotionConfig {
  /** Rings that a package may not leave while a security incident is open for it. */
  @Rings()
  incidentFreeRings: RingName[] = ['pilot', 'department'];

  /** Rings that an intent may begin in, with no ring before them to judge by. */
  @Rings()
  beginIn: RingName[] = [...RINGS];

  /** Thresholds below which no intent's own may go. Default: whatever the intent says. */
  @ValidateNested({ message: 'must be an object of percentages by ring' })
  @Must('be an object of percentages by ring', (value) => !Array.isArray(value))
  @Type(() => RingPercentages)
  leastThreshold: RingPercentages = new RingPercentages();

  /** A ring without a single device proves nothing; true lets it pass all the same. */
  @IsBoolean({ message: 'must be true or false' })
  allowEmptyRings: boolean = false;
}

export const promotionConfig = classSchema(PromotionConfig, { plainToInstance, validateSync });
