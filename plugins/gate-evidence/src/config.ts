import 'reflect-metadata';
import { classSchema, PLATFORMS, type Platform, type RingName } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import { IsBoolean, IsOptional, ValidateBy, ValidateNested, validateSync } from 'class-validator';

const FORMATS = ['msi', 'exe', 'msix', 'pkg', 'dmg', 'deb', 'rpm', 'ipa', 'apk', 'zip', 'unknown'];
const TRUE_OR_FALSE = { message: 'must be true or false' };
const TEN_YEARS = 3_650;

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, property) =>
    decorators.forEach((decorate) => decorate(target, property));

/** Settings in settings. */
const Part = (Shape: () => new () => object, what: string): PropertyDecorator =>
  all(
    ValidateNested({ message: `must ${what}` }),
    Must(what, (value) => !Array.isArray(value)),
    (target, field) => Type(Shape)(target, field),
  );

/** Any name: an evidence provider of your own may bring a kind of its own. */
const Kinds = (): PropertyDecorator =>
  Must(
    'be a list of kinds such as artifact, sbom, scan, signature, tests, each once',
    (value) =>
      Array.isArray(value) &&
      value.every((kind) => typeof kind === 'string' && /^[a-z][a-z0-9_-]*$/.test(kind)) &&
      new Set(value).size === value.length,
  );

const Formats = (): PropertyDecorator =>
  Must(
    `be a list, not empty, of formats: ${FORMATS.join(', ')}`,
    (value) => Array.isArray(value) && value.length > 0 && value.every((format) => FORMATS.includes(format as string)),
  );

/** What single rings ask for instead. */
export class RingKinds implements Partial<Record<RingName, string[]>> {
  @IsOptional() @Kinds() lab?: string[];
  @IsOptional() @Kinds() canary?: string[];
  @IsOptional() @Kinds() pilot?: string[];
  @IsOptional() @Kinds() department?: string[];
  @IsOptional() @Kinds() global?: string[];
}

/** Formats, by content, that an artifact for a platform may have. */
export class PlatformFormats implements Partial<Record<Platform, string[]>> {
  @IsOptional() @Formats() windows?: string[];
  @IsOptional() @Formats() macos?: string[];
  @IsOptional() @Formats() linux?: string[];
  @IsOptional() @Formats() ios?: string[];
  @IsOptional() @Formats() android?: string[];
}

/** What an operator may set. */
export class EvidenceConfig {
  /** Kinds of evidence that must be there. */
  @Kinds()
  required: string[] = ['artifact', 'sbom', 'scan'];

  @Part(() => RingKinds, 'be an object of lists by ring')
  rings: RingKinds = new RingKinds();

  /** Days that a scanner's database may have aged. */
  @Must(
    `be a number of days from 0 to ${TEN_YEARS}`,
    (value) => typeof value === 'number' && value >= 0 && value <= TEN_YEARS,
  )
  maxDatabaseAgeDays: number = 7;

  /** Let a scan pass that does not say how old its database was. */
  @IsBoolean(TRUE_OR_FALSE)
  allowUnknownAge: boolean = false;

  /** An SBOM or scan that does not name the artifact's digest counts as missing. */
  @IsBoolean(TRUE_OR_FALSE)
  bound: boolean = false;

  /** Where a platform has no list, any format will do. */
  @Part(() => PlatformFormats, `be an object of lists by platform: ${PLATFORMS.join(', ')}`)
  formats: PlatformFormats = new PlatformFormats();
}

export const evidenceConfig = classSchema(EvidenceConfig, { plainToInstance, validateSync });
