import 'reflect-metadata';
import { classSchema, SAFE_URL, type StandardSchema } from '@eucora/sdk';
import { plainToInstance } from 'class-transformer';
import {
  Equals,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';

const HTTP_URL = {
  require_tld: false,
  require_protocol: true,
  protocols: ['https', 'http'],
  disallow_auth: true,
  allow_fragments: false,
  allow_query_components: false,
};
const NOT_SAFE = { message: '$property must be https (plain http on this machine only)' };
/** Segments that stay where they are: none of them is `..`. */
const PLACE = /^\w[\w.-]*(\/\w[\w.-]*)*$/;
/** What the host resolves by itself: a store cannot wait for another store. */
const OWN_REFERENCE = /^(env|file):.+/;
const NOT_OWN = {
  message: '$property must be a reference such as file:/run/secrets/vault, beginning with env: or file:',
};

/** What an operator may set, whichever way the hub signs in. */
export class VaultConfig {
  /** Without `/v1`. */
  @IsUrl(HTTP_URL)
  @Matches(SAFE_URL, NOT_SAFE)
  url!: string;

  /** Sent as `X-Vault-Namespace`. */
  @IsOptional()
  @Matches(PLACE, { message: 'namespace must be a path such as team/eucora' })
  namespace?: string;

  /** Seconds for which a secret that was read is given out again. 0: every time it is asked for it is read. */
  @IsInt()
  @Min(0)
  @Max(3600)
  cacheSeconds: number = 60;

  /** Milliseconds for one secret: signing in, attempts and waits included. */
  @IsInt()
  @Min(50)
  @Max(10_000)
  deadlineMs: number = 5_000;
}

export class AppRoleConfig extends VaultConfig {
  @IsIn(['approle', 'kubernetes'])
  auth!: 'approle';

  /** Where the method is mounted below `auth/`. */
  @Matches(PLACE, { message: 'authMount must be a path such as approle' })
  authMount: string = 'approle';

  @IsString()
  @IsNotEmpty()
  roleId!: string;

  /** Reference to the SecretID. It is read again with every login. */
  @Matches(OWN_REFERENCE, NOT_OWN)
  secretId!: string;
}

export class KubernetesConfig extends VaultConfig {
  @Equals('kubernetes')
  auth!: 'kubernetes';

  /** Where the method is mounted below `auth/`. */
  @Matches(PLACE, { message: 'authMount must be a path such as kubernetes' })
  authMount: string = 'kubernetes';

  @IsString()
  @IsNotEmpty()
  role!: string;

  /** Reference to the token of the service account. It is read again with every login, because Kubernetes renews it. */
  @Matches(OWN_REFERENCE, NOT_OWN)
  jwt: string = 'file:/var/run/secrets/kubernetes.io/serviceaccount/token';
}

export type SignInConfig = AppRoleConfig | KubernetesConfig;

const tools = { plainToInstance, validateSync };
const approle = classSchema(AppRoleConfig, tools);
const kubernetes = classSchema(KubernetesConfig, tools);

/** Each way to sign in has its own settings; those of the other are mistakes. */
export const vaultConfig: StandardSchema<SignInConfig> = {
  '~standard': {
    version: 1,
    vendor: 'class-validator',
    validate: (value) => {
      const { auth } = Object(value) as Partial<SignInConfig>;
      return (auth === 'kubernetes' ? kubernetes : approle)['~standard'].validate(value);
    },
  },
};

/** The one host that the plugin speaks to. */
export const hostsOf = (config: VaultConfig): readonly string[] => [new URL(config.url).host];
