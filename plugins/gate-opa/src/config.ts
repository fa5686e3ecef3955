import 'reflect-metadata';
import { classSchema } from '@eucora/sdk';
import { IsInt, IsNotEmpty, IsString, Matches, Max, Min, ValidateIf, validateSync } from 'class-validator';

const SHA256 = /^[0-9a-f]{64}$/;

/** What an operator may set. Policy and data are pinned by their digests: changed files deny. */
export class OpaConfig {
  /** Path of the `policy.wasm` that `opa build -t wasm` made. */
  @IsString()
  @IsNotEmpty()
  policy!: string;

  /** Of that file. */
  @Matches(SHA256, { message: 'sha256 must be the SHA-256 of the policy file: 64 characters of lower-case hex' })
  sha256!: string;

  /** As it was given to `opa build -e`. */
  @IsString()
  @IsNotEmpty()
  entrypoint: string = 'eucora/decision';

  /** Path of a JSON file with an object: `data` of the policy. */
  @ValidateIf(({ data, dataSha256 }: OpaConfig) => data !== undefined || dataSha256 !== undefined)
  @IsString()
  @IsNotEmpty()
  data?: string;

  /** Of that file, and needed with it: data decides as much as the policy does. */
  @ValidateIf(({ data, dataSha256 }: OpaConfig) => data !== undefined || dataSha256 !== undefined)
  @Matches(SHA256, { message: 'dataSha256 must be the SHA-256 of the data file: 64 characters of lower-case hex' })
  dataSha256?: string;

  /** Milliseconds for one answer, the loading of the policy included. Then it is stopped, and has denied. */
  @IsInt()
  @Min(10)
  @Max(60_000)
  deadlineMs: number = 2_000;

  /** MiB that the policy may take. One that needs more has denied. */
  @IsInt()
  @Min(1)
  @Max(1_024)
  memoryMb: number = 64;
}

export const opaConfig = classSchema(OpaConfig, { validateSync });
