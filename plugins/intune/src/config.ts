import 'reflect-metadata';
import { classSchema, SAFE_URL, SECRET_REFERENCE } from '@eucora/sdk';
import { plainToInstance } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['https', 'http'] };
const NOT_SAFE = { message: '$property must be https (plain http on this machine only)' };
const MIB = 1024 * 1024;

/** What an operator may set. `certificate` and `privateKey` say where the secrets are, never what they are. */
export class IntuneConfig {
  /** Directory (tenant) id or its primary domain. */
  @IsString()
  @IsNotEmpty()
  tenantId!: string;

  /** Application (client) id of the app registration. */
  @IsString()
  @IsNotEmpty()
  clientId!: string;

  /** Reference to the PEM certificate that is registered with the application. */
  @Matches(SECRET_REFERENCE, { message: 'certificate must be a secret reference such as file:/run/secrets/intune.pem' })
  certificate!: string;

  /** Reference to the PEM private key of that certificate. */
  @Matches(SECRET_REFERENCE, { message: 'privateKey must be a secret reference such as file:/run/secrets/intune.key' })
  privateKey!: string;

  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  graphUrl: string = 'https://graph.microsoft.com/v1.0';

  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  loginUrl: string = 'https://login.microsoftonline.com';

  /** Hosts of the storage addresses that Intune hands out for content and reports. */
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  extraHosts: string[] = ['*.blob.core.windows.net'];

  /** Bytes of one uploaded block. The memory of an upload is a small multiple of it. */
  @IsInt()
  @Min(64 * 1024)
  @Max(100 * MIB)
  uploadBlockBytes: number = 6 * MIB;

  /** Milliseconds for one request, waits and attempts included; five times that for a block of an upload. */
  @IsInt()
  @Min(500)
  requestTimeoutMs: number = 60_000;

  /** Milliseconds between two looks at an upload. */
  @IsInt()
  @Min(1)
  filePollMs: number = 2_000;

  /** Milliseconds between two looks at an app that is being published. */
  @IsInt()
  @Min(1)
  publishPollMs: number = 5_000;

  /** Milliseconds between two looks at a report export. */
  @IsInt()
  @Min(1)
  reportPollMs: number = 3_000;

  /** Milliseconds that one of these waits may take before the run is told to come back later. */
  @IsInt()
  @Min(1_000)
  patienceMs: number = 600_000;

  /** Milliseconds after which an upload address is renewed. Microsoft's own sample renews after 450 s. */
  @IsInt()
  @Min(1_000)
  renewUploadAfterMs: number = 450_000;

  /** Milliseconds for which a new app may be missing from Intune's answers. */
  @IsInt()
  @Min(0)
  consistencyMs: number = 30_000;
}

export const intuneConfig = classSchema(IntuneConfig, { plainToInstance, validateSync });

/** Every host that the plugin speaks to, as the SDK's HTTP client wants them: with the port where it is not the scheme's own. */
export const hostsOf = (config: IntuneConfig): readonly string[] => [
  new URL(config.graphUrl).host,
  new URL(config.loginUrl).host,
  ...config.extraHosts,
];
