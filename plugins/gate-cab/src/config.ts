import 'reflect-metadata';
import { classSchema, RINGS, type Purpose, type RingName } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsBoolean,
  IsOptional,
  Validate,
  ValidateBy,
  ValidateNested,
  validateSync,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';

const PURPOSES: readonly Purpose[] = ['required', 'available', 'uninstall'];
const TRUE_OR_FALSE = { message: 'must be true or false' };
const A_YEAR = 8_760;

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

/** An empty list would never apply; whoever means "any" leaves it out. */
const AnyOf = (allowed: readonly string[], what: string): PropertyDecorator =>
  Must(
    `be a list, not empty, of ${what}: ${allowed.join(', ')}`,
    (value) => Array.isArray(value) && value.length > 0 && value.every((one) => allowed.includes(one as string)),
  );

const Names = (): PropertyDecorator =>
  Must(
    'be a list, not empty, of names, each once',
    (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((name) => typeof name === 'string' && name.trim() !== '') &&
      new Set(value).size === value.length,
  );

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A quorum that those who may answer cannot make up would wait for ever. */
@ValidatorConstraint({ name: 'enoughPeople' })
class EnoughPeople implements ValidatorConstraintInterface {
  validate(from: unknown, { object }: ValidationArguments): boolean {
    const { needed } = object as CabRule;
    return !Array.isArray(from) || !isNumber(needed) || from.length >= needed;
  }
  defaultMessage(): string {
    return 'must name at least as many people as are needed';
  }
}

/** When it applies (all of the conditions that are set), and whose yes it then takes. */
export class CabRule {
  @IsOptional()
  @AnyOf(RINGS, 'rings')
  rings?: RingName[];

  /** Scores above this. */
  @IsOptional()
  @Must('be a number from 0 to 100', (value) => isNumber(value) && value >= 0 && value <= 100)
  aboveRisk?: number;

  @IsOptional()
  @IsBoolean(TRUE_OR_FALSE)
  privileged?: boolean;

  @IsOptional()
  @AnyOf(PURPOSES, 'purposes')
  purposes?: Purpose[];

  /** `esbuild`, or one version of it: `esbuild@0.25.1`. */
  @IsOptional()
  @Names()
  packages?: string[];

  /** The requester declared an emergency, or did not. */
  @IsOptional()
  @IsBoolean(TRUE_OR_FALSE)
  emergency?: boolean;

  /** Different people. */
  @Must(
    'be a whole number from 1 to 20',
    (value) => Number.isInteger(value) && isNumber(value) && value >= 1 && value <= 20,
  )
  needed!: number;

  /** Subjects who may answer. Left out: whoever holds the permission. */
  @IsOptional()
  @Names()
  @Validate(EnoughPeople)
  from?: string[];

  /** Hours from the request until it expires. Left out: the hub's own, 72. */
  @IsOptional()
  @Must(
    `be a number of hours, above 0 and at most ${A_YEAR}`,
    (value) => isNumber(value) && value > 0 && value <= A_YEAR,
  )
  validHours?: number;
}

const DEFAULT_RULE: CabRule = { rings: ['department', 'global'], privileged: true, needed: 2 };

/** What an operator may set. */
export class CabConfig {
  /** In addition to SPEC section 3 (a score above 50 takes one approval), which no configuration takes away. */
  @Must('be a list of rules, each an object', (value) => Array.isArray(value) && !value.some(Array.isArray))
  @ValidateNested({ each: true, message: 'must be a list of rules, each an object' })
  @Type(() => CabRule)
  rules: CabRule[] = [Object.assign(new CabRule(), DEFAULT_RULE)];
}

export const cabConfig = classSchema(CabConfig, { plainToInstance, validateSync });
