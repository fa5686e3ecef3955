import 'reflect-metadata';
import { classSchema, SAFE_URL, SECRET_REFERENCE } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  Validate,
  ValidateNested,
  validateSync,
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['https', 'http'] };
const NOT_SAFE = { message: 'must be https (plain http on this machine only)' };
const NOT_A_REFERENCE = { message: 'must be a secret reference such as file:/run/secrets/sccm' };
const SITE_CODE = /^[A-Za-z0-9]{3}$/;
const UNC_SHARE = /^\\\\[^\\/:*?"<>|]+\\[^\\/:*?"<>|]+(\\[^\\/:*?"<>|]+)*\\?$/;
/** Of POSIX, or of Windows with a drive or a share. */
const ABSOLUTE_FOLDER = /^(\/|[A-Za-z]:[\\/]|\\\\)/;
/** Nothing that `ssh` or `pwsh` could take for an option of theirs. */
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** Content that is on no distribution point installs nowhere. */
@ValidatorConstraint({ name: 'reachesSomewhere' })
class ReachesSomewhere implements ValidatorConstraintInterface {
  validate(groups: unknown, { object }: ValidationArguments): boolean {
    const { distributionPoints } = object as SccmConfig;
    return !Array.isArray(groups) || groups.length > 0 || distributionPoints.length > 0;
  }
  defaultMessage(): string {
    return 'must name a group, unless distributionPoints names a point';
  }
}

class SignIn {
  @IsIn(['kerberos', 'token'])
  kind!: string;
}

/** Signs in by itself, with a keytab. Needs the package `kerberos`. */
export class KerberosSignIn extends SignIn {
  declare kind: 'kerberos';

  /** `svc-eucora-sccm@CONTOSO.COM`. This account is SCCM's alone. */
  @Matches(/^[^@\s]+@[^@\s]+$/, { message: 'must be a principal such as svc-eucora@CONTOSO.COM' })
  principal!: string;

  /** Secret reference: the keytab of that account, in base64. */
  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  keytab!: string;
}

/** Presents tokens that something else obtains and keeps fresh where the secret provider finds them. */
export class TokenSignIn extends SignIn {
  declare kind: 'token';

  /** Secret reference: what follows `Negotiate ` in the header. */
  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  token!: string;
}

class AuthoringSettings {
  @IsIn(['https', 'powershell', 'ssh'])
  kind!: string;
}

/** A JSON facade in front of the authoring functions; its contract is in the connector spec. */
export class HttpsAuthoring extends AuthoringSettings {
  declare kind: 'https';

  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  url!: string;

  /** Secret reference: the bearer token that the facade asks for. */
  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  token!: string;
}

/** PowerShell 7 on the hub's machine, which opens the constrained session (JEA) on the SMS Provider. */
export class PowerShellAuthoring extends AuthoringSettings {
  declare kind: 'powershell';

  @IsString()
  @IsNotEmpty()
  executable: string = 'pwsh';

  /** Where the session configuration is registered. */
  @Matches(HOST_NAME, { message: 'must be a host name' })
  computer!: string;

  @Matches(/^[A-Za-z][\w.-]*$/, { message: 'must be the name of a session configuration' })
  configuration: string = 'EucoraAuthoring';
}

/** SSH to a host whose `authorized_keys` runs the authoring script and nothing else. */
export class SshAuthoring extends AuthoringSettings {
  declare kind: 'ssh';

  @IsString()
  @IsNotEmpty()
  executable: string = 'ssh';

  @Matches(HOST_NAME, { message: 'must be a host name' })
  computer!: string;

  @Matches(/^[A-Za-z0-9_][\w.$@\\-]*$/, { message: 'must be a user name' })
  user!: string;

  /** File with the private key, for `ssh -i`. Left out: what the agent of the hub's account offers. */
  @IsOptional()
  @Matches(ABSOLUTE_FOLDER, { message: 'must be an absolute path' })
  identityFile?: string;
}

/** What an operator may set. Secrets are references, never values. */
export class SccmConfig {
  /** `https://smsprovider.contoso.com/AdminService`: of the SMS Provider, not of a management point. */
  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  @Matches(/\/AdminService\/?$/i, { message: 'must end in /AdminService' })
  adminServiceUrl!: string;

  /** Secret reference: the PEM certificate of the authority that signed the provider's, e.g. the site's own "SMS Issuing". */
  @IsOptional()
  @Matches(SECRET_REFERENCE, NOT_A_REFERENCE)
  certificateAuthority?: string;

  /** Of the site that the provider belongs to. */
  @Matches(SITE_CODE, { message: 'must be a site code of three letters or digits' })
  siteCode!: string;

  /** Sites that scopes may name, as in `ABC00173@XYZ`. */
  @IsArray()
  @ArrayUnique()
  @Matches(SITE_CODE, { each: true, message: 'must be site codes of three letters or digits' })
  sites: string[] = [];

  @IsDefined()
  @ValidateNested()
  @Type(() => SignIn, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'kerberos', value: KerberosSignIn },
        { name: 'token', value: TokenSignIn },
      ],
    },
    keepDiscriminatorProperty: true,
  })
  negotiate!: KerberosSignIn | TokenSignIn;

  @IsDefined()
  @ValidateNested()
  @Type(() => AuthoringSettings, {
    discriminator: {
      property: 'kind',
      subTypes: [
        { name: 'https', value: HttpsAuthoring },
        { name: 'powershell', value: PowerShellAuthoring },
        { name: 'ssh', value: SshAuthoring },
      ],
    },
    keepDiscriminatorProperty: true,
  })
  authoring!: HttpsAuthoring | PowerShellAuthoring | SshAuthoring;

  /** Where the site server reads content: `\\files.contoso.com\eucora`. */
  @Matches(UNC_SHARE, { message: 'must be a UNC path such as \\\\files.contoso.com\\eucora' })
  contentShare!: string;

  /** The same place as the hub writes to it: an absolute path, usually a mount. */
  @Matches(ABSOLUTE_FOLDER, { message: 'must be an absolute path' })
  contentFolder!: string;

  /** Names of the distribution point groups that every package goes to. */
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @Validate(ReachesSomewhere)
  distributionPointGroups: string[] = [];

  /** Full names of single distribution points that every package goes to as well. */
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(50)
  @Matches(HOST_NAME, { each: true, message: 'must be host names' })
  distributionPoints: string[] = [];

  /** Requests in flight at a time. No limit is published; the provider is one server that people work on as well. */
  @IsInt()
  @Min(1)
  @Max(32)
  concurrency: number = 4;

  /** Rows that are asked for at a time. */
  @IsInt()
  @Min(10)
  @Max(5_000)
  pageSize: number = 1_000;

  /** Milliseconds for one request with all its attempts. Queries of large sites take their time. */
  @IsInt()
  @Min(100)
  requestTimeoutMs: number = 120_000;

  /** Milliseconds between two looks at content on its way to the distribution points. */
  @IsInt()
  @Min(1)
  contentPollMs: number = 15_000;

  /** Milliseconds between two looks at a collection that is being evaluated. */
  @IsInt()
  @Min(1)
  collectionPollMs: number = 5_000;

  /** Milliseconds that one of these waits may take before the run is told to come back later. */
  @IsInt()
  @Min(1_000)
  patienceMs: number = 600_000;

  /** Milliseconds that the authoring endpoint may take for one request. */
  @IsInt()
  @Min(1_000)
  authoringDeadlineMs: number = 300_000;

  /** Milliseconds for which the site may not show what it accepted. */
  @IsInt()
  @Min(0)
  consistencyMs: number = 10_000;
}

export const sccmConfig = classSchema(SccmConfig, { plainToInstance, validateSync });

/** Every host that the plugin speaks to, as the SDK's HTTP client wants them: with the port where it is not the scheme's own. */
export const hostsOf = ({ adminServiceUrl, authoring }: SccmConfig): readonly string[] => [
  ...new Set([
    new URL(adminServiceUrl).host,
    authoring.kind === 'https' ? new URL(authoring.url).host : authoring.computer,
  ]),
];

/**
 * The account and the secret references of a configuration, which no other connector may use: what acts in SCCM acts in SCCM alone.
 * Pure, so that a host can compare registrations before it connects any.
 */
export function exclusiveSecrets({ negotiate, authoring }: SccmConfig): readonly string[] {
  const signIn = negotiate.kind === 'kerberos' ? [negotiate.principal, negotiate.keytab] : [negotiate.token];
  switch (authoring.kind) {
    case 'https':
      return [...signIn, authoring.token];
    case 'ssh':
      return authoring.identityFile === undefined ? signIn : [...signIn, authoring.identityFile];
    case 'powershell':
      return signIn;
  }
}
