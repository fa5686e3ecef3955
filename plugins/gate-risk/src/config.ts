import 'reflect-metadata';
import { classSchema, type RingName } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import { IsOptional, ValidateBy, ValidateNested, validateSync } from 'class-validator';

/** SPEC section 3: above this, a person must approve. A configuration may ask for more, never for less. */
export const SPEC_APPROVAL_ABOVE = 50;

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, property) =>
    decorators.forEach((decorate) => decorate(target, property));

const From0To = (most: number, because = ''): PropertyDecorator =>
  Must(`be a number from 0 to ${most}${because}`, (value) => typeof value === 'number' && value >= 0 && value <= most);

const ApprovalAbove = () => From0To(SPEC_APPROVAL_ABOVE, ': above that the CAB is asked in any case');

/** Settings in settings. */
const Part = (Shape: () => new () => object, what: string): PropertyDecorator =>
  all(
    ValidateNested({ message: `must ${what}` }),
    Must(what, (value) => !Array.isArray(value)),
    (target, field) => Type(Shape)(target, field),
  );

/** What one ring sets differently. */
export class RiskLimits {
  @IsOptional() @ApprovalAbove() approvalAbove?: number;
  @IsOptional() @From0To(100) denyAbove?: number;
}

const Limits = () =>
  all(
    IsOptional(),
    Part(() => RiskLimits, 'be an object with approvalAbove and denyAbove'),
  );

export class RingRiskLimits implements Partial<Record<RingName, RiskLimits>> {
  @Limits() lab?: RiskLimits;
  @Limits() canary?: RiskLimits;
  @Limits() pilot?: RiskLimits;
  @Limits() department?: RiskLimits;
  @Limits() global?: RiskLimits;
}

/** What an operator may set. */
export class RiskConfig {
  /** Scores above this need an approval. */
  @ApprovalAbove()
  approvalAbove: number = SPEC_APPROVAL_ABOVE;

  /** Scores above this are refused, whoever approves. 100: none is. */
  @From0To(100)
  denyAbove: number = 100;

  /** What single rings set differently. */
  @Part(() => RingRiskLimits, 'be an object of limits by ring')
  rings: RingRiskLimits = new RingRiskLimits();
}

export const riskConfig = classSchema(RiskConfig, { plainToInstance, validateSync });
