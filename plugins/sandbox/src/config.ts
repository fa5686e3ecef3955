import 'reflect-metadata';
import { classSchema, describeIssue, EucoraError, type SyncSchema } from '@eucora/sdk';
import { IsInt, IsNotEmpty, IsNumber, IsOptional, IsString, Max, Min, ValidateBy, validateSync } from 'class-validator';

const MAX_DEVICES = 100_000;

const isDeviceCounts = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((count) => Number.isInteger(count) && count >= 0 && count <= MAX_DEVICES);

const IsDeviceCounts = () =>
  ValidateBy({
    name: 'isDeviceCounts',
    validator: {
      validate: isDeviceCounts,
      defaultMessage: () => `must map target names to whole numbers of devices, 0 to ${MAX_DEVICES}`,
    },
  });

/** What an operator may set. Everything has a default. */
export class SandboxSettings {
  /** Milliseconds that every request takes. Without it `SANDBOX_LATENCY_MS`, then 0. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(600_000)
  latencyMs?: number;

  /** Part of the requests that fail, 0 to 1. Without it `SANDBOX_ERROR_RATE`, then 0. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  errorRate?: number;

  /** Decides which requests and which devices fail, and when devices check in. Same seed, same sandbox. */
  @IsOptional()
  @IsInt()
  seed?: number;

  /** A JSON file in which the sandbox's memory outlives the process. Without it the memory ends with the process. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  stateFile?: string;

  /** Devices per target: `{ "everyone": 100000 }`. */
  @IsOptional()
  @IsDeviceCounts()
  targets?: Record<string, number>;

  /** Devices of every target that {@link targets} does not name. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_DEVICES)
  devicesPerTarget?: number;

  /** Every device checks in once in so many seconds, each at its own moment. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  checkInSeconds?: number;

  /** Part of the devices on which an installation fails, 0 to 1. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  failureRate?: number;
}

/** The settings with nothing left open. */
export type SandboxConfig = Required<Omit<SandboxSettings, 'stateFile'>> & Pick<SandboxSettings, 'stateFile'>;

type Environment = Readonly<Record<string, string | undefined>>;

const FROM_ENVIRONMENT = { latencyMs: 'SANDBOX_LATENCY_MS', errorRate: 'SANDBOX_ERROR_RATE' } as const;

/** What the configuration leaves open is looked for in the environment. */
const withEnvironment = (given: Record<string, unknown>, environment: Environment): Record<string, unknown> => {
  const found: Record<string, number> = {};
  for (const [field, name] of Object.entries(FROM_ENVIRONMENT)) {
    if (given[field] === undefined && environment[name]) found[field] = Number(environment[name]);
  }
  return { ...given, ...found };
};

const settle = (settings: SandboxSettings): SandboxConfig => ({
  latencyMs: settings.latencyMs ?? 0,
  errorRate: settings.errorRate ?? 0,
  seed: settings.seed ?? 1,
  targets: settings.targets ?? {},
  devicesPerTarget: settings.devicesPerTarget ?? 5,
  checkInSeconds: settings.checkInSeconds ?? 30,
  failureRate: settings.failureRate ?? 0,
  ...(settings.stateFile ? { stateFile: settings.stateFile } : {}),
});

export const sandboxSchema = (environment: Environment = process.env): SyncSchema<SandboxConfig> =>
  classSchema(SandboxSettings, { validateSync }, { settle, amend: (given) => withEnvironment(given, environment) });

/** For programs that build the sandbox themselves. @throws EucoraError `CONFIG_INVALID` with every mistake at once */
export function readConfig(settings: SandboxSettings, environment?: Environment): SandboxConfig {
  const result = sandboxSchema(environment)['~standard'].validate(settings);
  if (!result.issues) return result.value;
  throw new EucoraError('CONFIG_INVALID', { what: result.issues.map(describeIssue).join('; ') });
}
