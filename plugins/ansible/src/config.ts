import 'reflect-metadata';
import { classSchema, SAFE_URL, SECRET_REFERENCE } from '@eucora/sdk';
import { plainToInstance } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUrl, Matches, Min, ValidateIf, validateSync } from 'class-validator';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['https', 'http'] };
const NOT_SAFE = { message: 'must be https (plain http on this machine only)' };

/** What an operator may set. `token` says where the secret is, never what it is. Ids are AWX's own numbers. */
export class AnsibleConfig {
  /** Scheme and host of AWX or of the gateway before it. */
  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  url!: string;

  /** `/api/v2` for AWX and the controller itself, `/api/controller/v2` behind the gateway of AAP 2.5 and later. */
  @IsIn(['/api/v2', '/api/controller/v2'])
  apiPrefix: '/api/v2' | '/api/controller/v2' = '/api/v2';

  /** Reference to a ready bearer token. */
  @Matches(SECRET_REFERENCE, { message: 'must be a secret reference such as file:/run/secrets/awx-token' })
  token!: string;

  /** The inventory that holds the hosts and the groups which scopes name. */
  @IsInt()
  @Min(1)
  inventory!: number;

  /** The inventory in which the hub keeps its records; the same one if it is left out. */
  @IsOptional()
  @IsInt()
  @Min(1)
  recordInventory?: number;

  /** The job template of `package_install.yml`. */
  @IsInt()
  @Min(1)
  installTemplate!: number;

  /** The job template of `repo_sync.yml`. Without one nothing is put into a repository. */
  @IsOptional()
  @IsInt()
  @Min(1)
  repositoryTemplate?: number;

  /** Where hosts fetch an artifact; `{sha256}` and `{file_name}` are filled in. A repository needs it. */
  @ValidateIf(({ repositoryTemplate, artifactUrl }: AnsibleConfig) => (repositoryTemplate ?? artifactUrl) !== undefined)
  @Matches(SAFE_URL, NOT_SAFE)
  @Matches(/\{sha256\}/, { message: 'must contain {sha256}' })
  artifactUrl?: string;

  /** Jobs carry a label `eucora-<correlation id>`. AWX before 21.7 cannot prompt for labels. */
  @IsBoolean()
  labels: boolean = true;

  /** Job events that are forwarded to the log. */
  @IsIn(['all', 'failures', 'none'])
  forwardEvents: 'all' | 'failures' | 'none' = 'all';

  /** Milliseconds after which a job that has not ended is cancelled. */
  @IsInt()
  @Min(60_000)
  jobDeadlineMs: number = 7_200_000;

  /** Milliseconds after the end of a job before hosts that it left behind are tried again. */
  @IsInt()
  @Min(0)
  retryAfterMs: number = 900_000;

  /** Milliseconds after the end of a job for which its results per host may be missing. */
  @IsInt()
  @Min(0)
  resultDeadlineMs: number = 60_000;

  /** Milliseconds between two looks at a job that is waited for. */
  @IsInt()
  @Min(1)
  pollMs: number = 2_000;

  /** Milliseconds that one such wait may take before the run is told to come back later. */
  @IsInt()
  @Min(1_000)
  patienceMs: number = 600_000;

  /** Milliseconds for which a write whose answer was lost may still be under way, behind a proxy for example. */
  @IsInt()
  @Min(0)
  consistencyMs: number = 30_000;
}

/** All complaints at once, each with its path. */
export const ansibleConfig = classSchema(AnsibleConfig, { plainToInstance, validateSync });

export const hostsOf = (config: AnsibleConfig): readonly string[] => [new URL(config.url).host];

/** Where a version comes from on its way to a host. */
export type Source = 'repository' | 'artifact' | 'distribution';

export const sourceOf = (config: AnsibleConfig): Source =>
  config.repositoryTemplate === undefined
    ? config.artifactUrl === undefined
      ? 'distribution'
      : 'artifact'
    : 'repository';

export const recordInventoryOf = (config: AnsibleConfig): number => config.recordInventory ?? config.inventory;
