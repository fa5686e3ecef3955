import 'reflect-metadata';
import { classSchema, SAFE_URL, SECRET_REFERENCE, type RingName } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateNested,
  validateSync,
} from 'class-validator';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['https', 'http'] };
const NOT_SAFE = { message: '$property must be https (plain http on this machine only)' };
const NOT_A_REFERENCE = { message: '$property must be a secret reference such as file:/run/secrets/landscape' };
const RESOURCE_ID = /^[a-z0-9][a-z0-9-]*$/;

/** One publication of the local repository for each ring: a snapshot of its own, and so the gate between the rings. */
export class RingPublications implements Partial<Record<RingName, string>> {
  @IsOptional() @Matches(RESOURCE_ID) lab?: string;
  @IsOptional() @Matches(RESOURCE_ID) canary?: string;
  @IsOptional() @Matches(RESOURCE_ID) pilot?: string;
  @IsOptional() @Matches(RESOURCE_ID) department?: string;
  @IsOptional() @Matches(RESOURCE_ID) global?: string;
}

/** Address of a ring's published `Packages` index: `https://…/dists/noble/main/binary-amd64/Packages`. */
export class RingIndexes implements Partial<Record<RingName, string>> {
  @IsOptional() @IsUrl(HTTP_URL) @Matches(SAFE_URL, NOT_SAFE) lab?: string;
  @IsOptional() @IsUrl(HTTP_URL) @Matches(SAFE_URL, NOT_SAFE) canary?: string;
  @IsOptional() @IsUrl(HTTP_URL) @Matches(SAFE_URL, NOT_SAFE) pilot?: string;
  @IsOptional() @IsUrl(HTTP_URL) @Matches(SAFE_URL, NOT_SAFE) department?: string;
  @IsOptional() @IsUrl(HTTP_URL) @Matches(SAFE_URL, NOT_SAFE) global?: string;
}

/** The local repository (Landscape 26.04 and later). It belongs to the hub: what else is put into it is found and reported. */
export class RepositoryConfig {
  /** Id of the local repository. Made on first use. */
  @Matches(RESOURCE_ID)
  local: string = 'eucora';

  /** Distribution and component that the repository publishes by default. */
  @IsString()
  @IsNotEmpty()
  distribution: string = 'eucora';

  @IsString()
  @IsNotEmpty()
  component: string = 'main';

  /** Publication ids, by ring. They are made in Landscape, where their target and signing key are. */
  @ValidateNested()
  @Type(() => RingPublications)
  publications!: RingPublications;

  /** Folder that a web server of yours serves. The hub writes each artifact to `<folder>/<sha256>/<file name>`. */
  @IsString()
  @IsNotEmpty()
  artifactFolder!: string;

  /** Where that folder is served, as Landscape reaches it. Landscape fetches from there; the hub does not. */
  @IsUrl(HTTP_URL)
  artifactBaseUrl!: string;

  /** With these, the digests that are published are compared too; the API itself lists names and versions only. */
  @IsOptional()
  @ValidateNested()
  @Type(() => RingIndexes)
  indexes?: RingIndexes;
}

/** Where a ring's machines find the package on Landscape 25.10 and earlier. */
export class PocketConfig {
  @IsString()
  @IsNotEmpty()
  distribution!: string;

  @IsString()
  @IsNotEmpty()
  series!: string;

  @IsString()
  @IsNotEmpty()
  pocket!: string;

  /** `upload`: filled with dput; `pull`: pulled from its parent; `mirror`: synchronised from its origin. */
  @IsIn(['upload', 'pull', 'mirror'])
  mode: 'upload' | 'pull' | 'mirror' = 'upload';
}

export class RingPockets implements Partial<Record<RingName, PocketConfig>> {
  @IsOptional() @ValidateNested() @Type(() => PocketConfig) lab?: PocketConfig;
  @IsOptional() @ValidateNested() @Type(() => PocketConfig) canary?: PocketConfig;
  @IsOptional() @ValidateNested() @Type(() => PocketConfig) pilot?: PocketConfig;
  @IsOptional() @ValidateNested() @Type(() => PocketConfig) department?: PocketConfig;
  @IsOptional() @ValidateNested() @Type(() => PocketConfig) global?: PocketConfig;
}

/** What an operator may set. `accessKey` and `secretKey` say where the secrets are, never what they are. */
export class LandscapeConfig {
  /** `https://landscape.example.com`, without `/api`. */
  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  url!: string;

  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  accessKey!: string;

  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  secretKey!: string;

  /** How the legacy API is spoken to. The other APIs always take a token. */
  @IsIn(['jwt', 'signature'])
  legacyAuth: 'jwt' | 'signature' = 'jwt';

  /** Name of the account that the key pair must belong to. */
  @IsOptional()
  @IsString()
  account?: string;

  /** Minutes that a token is asked to live. */
  @IsInt()
  @Min(2)
  @Max(1440)
  tokenMinutes: number = 60;

  /** Reference to the PEM certificate of the authority behind a self-hosted server. */
  @IsOptional()
  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  caCertificate?: string;

  /** Access group that our profiles are made in. A profile acts only on machines of its access group. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  accessGroup?: string;

  /** For Landscape 26.04 and later. */
  @IsOptional()
  @ValidateNested()
  @Type(() => RepositoryConfig)
  repository?: RepositoryConfig;

  /** For Landscape 25.10 and earlier. */
  @IsOptional()
  @ValidateNested()
  @Type(() => RingPockets)
  pockets?: RingPockets;

  /** Milliseconds between two looks at an import, a publication or a pocket. */
  @IsInt()
  @Min(1)
  operationPollMs: number = 2_000;

  /** Milliseconds that one of these waits may take before the run is told to come back later. */
  @IsInt()
  @Min(1_000)
  patienceMs: number = 600_000;

  /** Milliseconds after which an activity that has not ended counts as stuck. */
  @IsInt()
  @Min(60_000)
  stuckAfterMs: number = 86_400_000;

  /** Items a page. Landscape's own default is 1000. */
  @IsInt()
  @Min(1)
  @Max(1_000)
  pageSize: number = 1_000;
}

/** All complaints at once, each with its path. */
export const landscapeConfig = classSchema(LandscapeConfig, { plainToInstance, validateSync });

/** Every host that the plugin speaks to, with the port where it is not the scheme's own. */
export const hostsOf = ({ url, repository }: LandscapeConfig): readonly string[] => [
  ...new Set(
    [url, ...Object.values<string | undefined>({ ...repository?.indexes })]
      .filter(Boolean)
      .map((one) => new URL(String(one)).host),
  ),
];
