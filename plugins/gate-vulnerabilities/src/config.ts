import 'reflect-metadata';
import { classSchema } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, ValidateBy, ValidateNested, validateSync } from 'class-validator';

/** Severities that are counted; an unknown one counts as one of them. */
export const COUNTED = ['critical', 'high', 'medium', 'low', 'negligible'] as const;
export type CountedSeverity = (typeof COUNTED)[number];

const TRUE_OR_FALSE = { message: 'must be true or false' };

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

const Count = (): PropertyDecorator =>
  Must('be a whole number, 0 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 0);

/** Findings of a severity that may be there. Where there is no number, any number may. */
export class Maximum implements Partial<Record<CountedSeverity, number>> {
  @Count() critical: number = 0;
  @Count() high: number = 0;
  @IsOptional() @Count() medium?: number;
  @IsOptional() @Count() low?: number;
  @IsOptional() @Count() negligible?: number;
}

/** What an operator may set. */
export class VulnerabilitiesConfig {
  @ValidateNested({ message: 'must be an object of counts by severity' })
  @Must('be an object of counts by severity', (value) => !Array.isArray(value))
  @Type(() => Maximum)
  maximum: Maximum = new Maximum();

  /** Count only findings for which the scanner knows a fixed version. */
  @IsBoolean(TRUE_OR_FALSE)
  onlyFixable: boolean = false;

  /** False: what the report itself suppressed counts as well. */
  @IsBoolean(TRUE_OR_FALSE)
  trustSuppressions: boolean = true;

  /** The severity that a finding of unknown severity counts as. */
  @IsIn(COUNTED, { message: `must be one of ${COUNTED.join(', ')}` })
  unknownAs: CountedSeverity = 'high';
}

export const vulnerabilitiesConfig = classSchema(VulnerabilitiesConfig, { plainToInstance, validateSync });
