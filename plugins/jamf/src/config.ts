import 'reflect-metadata';
import { classSchema, SAFE_URL, SECRET_REFERENCE } from '@eucora/sdk';
import { plainToInstance } from 'class-transformer';
import { IsInt, IsNotEmpty, IsString, IsUrl, Matches, Max, Min, validateSync } from 'class-validator';

/** What an operator may set. `clientSecret` says where the secret is, never what it is. */
export class JamfConfig {
  /** Of the instance itself: `https://example.jamfcloud.com`. Not of the platform gateway, which refuses packages. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['https', 'http'] })
  @Matches(SAFE_URL, { message: '$property must be https (plain http on this machine only)' })
  url!: string;

  /** Of the API client (Settings, API roles and clients). */
  @IsString()
  @IsNotEmpty()
  clientId!: string;

  /** Reference to the client's secret. */
  @Matches(SECRET_REFERENCE, { message: 'clientSecret must be a secret reference such as file:/run/secrets/jamf' })
  clientSecret!: string;

  /** Times that a computer tries a failed installation again, once a check-in. Jamf takes 1 to 10. */
  @IsInt()
  @Min(1)
  @Max(10)
  retryAttempts: number = 3;

  /** Rows of one page. Jamf takes 2000 at most, and more than that without a word as 2000. */
  @IsInt()
  @Min(1)
  @Max(2_000)
  pageSize: number = 500;

  /** Milliseconds between two looks at an uploaded package. */
  @IsInt()
  @Min(1)
  packagePollMs: number = 5_000;

  /** Milliseconds that Jamf may take to process a package before the run is told to come back later. */
  @IsInt()
  @Min(1_000)
  patienceMs: number = 600_000;

  /** Milliseconds that one request may take, all its attempts together. The edge of Jamf Cloud gives up after 90 s. */
  @IsInt()
  @Min(1_000)
  deadlineMs: number = 200_000;

  /** Milliseconds that the upload of one package may take. */
  @IsInt()
  @Min(1_000)
  uploadDeadlineMs: number = 3_600_000;

  /** Milliseconds for which the other nodes of Jamf may not show what one of them accepted. */
  @IsInt()
  @Min(0)
  consistencyMs: number = 60_000;
}

/** All complaints at once, each with its path. */
export const jamfConfig = classSchema(JamfConfig, { plainToInstance, validateSync });

/** The one host that the plugin speaks to. */
export const hostsOf = (config: JamfConfig): readonly string[] => [new URL(config.url).host];
