import 'reflect-metadata';
import { classSchema, describeIssue, EucoraError, type SyncSchema } from '@eucora/sdk';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, validateSync } from 'class-validator';

/** What an operator may set. */
export class OutlookMockSettings {
  /** The folder that holds a folder for each tenant. Made when the first record is written. */
  @IsString()
  @IsNotEmpty()
  directory!: string;

  /** Writes answer what they would do, and do nothing. Without it `DRY_RUN`, then true. */
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  /**
   * A secret reference (`env:OUTLOOK_TOKEN`) that must resolve before the connector connects, as a real mailbox would ask.
   * The token goes nowhere.
   */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  token?: string;
}

export type OutlookMockConfig = Required<Omit<OutlookMockSettings, 'token'>> & Pick<OutlookMockSettings, 'token'>;

type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS: Readonly<Record<string, boolean>> = { true: true, 1: true, false: false, 0: false };

/** Whoever writes something else into `DRY_RUN` meant something by it: the text is kept, and refused as not a boolean. */
const withEnvironment = (given: Record<string, unknown>, { DRY_RUN: text }: Environment): Record<string, unknown> =>
  given.dryRun === undefined && text ? { ...given, dryRun: FLAGS[text.toLowerCase()] ?? text } : { ...given };

const settle = ({ directory, dryRun, token }: OutlookMockSettings): OutlookMockConfig => ({
  directory,
  dryRun: dryRun ?? true,
  ...(token ? { token } : {}),
});

export const outlookMockSchema = (environment: Environment = process.env): SyncSchema<OutlookMockConfig> =>
  classSchema(OutlookMockSettings, { validateSync }, { settle, amend: (given) => withEnvironment(given, environment) });

/** For programs that build the mailbox themselves. @throws EucoraError `CONFIG_INVALID` with every mistake at once */
export function readConfig(settings: OutlookMockSettings, environment?: Environment): OutlookMockConfig {
  const result = outlookMockSchema(environment)['~standard'].validate(settings);
  if (!result.issues) return result.value;
  throw new EucoraError('CONFIG_INVALID', { what: result.issues.map(describeIssue).join('; ') });
}
