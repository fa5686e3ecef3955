import 'reflect-metadata';
import { classSchema, type StandardSchema } from '@eucora/sdk';
import { plainToInstance } from 'class-transformer';
import {
  Equals,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';

/** Nothing but an address: Microsoft's library speaks https only, and so do we. */
const HTTPS = /^https:\/\/[\w.-]+(:\d+)?\/?$/;
/** What the host resolves by itself: a store cannot wait for another store. */
const OWN_REFERENCE = /^(env|file):.+/;
const WAYS = ['managed_identity', 'workload_identity', 'client_secret'];

/** What an operator may set, whichever way the hub signs in. */
export class KeyVaultConfig {
  @Matches(HTTPS, { message: 'url must be https and an address alone, such as https://eucora.vault.azure.net' })
  url!: string;

  /** Of the cloud that the vault is in. */
  @Matches(HTTPS, { message: 'loginUrl must be https and an address alone' })
  loginUrl: string = 'https://login.microsoftonline.com';

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

export class ManagedIdentityConfig extends KeyVaultConfig {
  @IsIn(WAYS)
  auth!: 'managed_identity';

  /** Of a user-assigned identity; without it the machine's own. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  clientId?: string;
}

export class WorkloadIdentityConfig extends KeyVaultConfig {
  @Equals('workload_identity')
  auth!: 'workload_identity';

  @IsString()
  @IsNotEmpty()
  tenantId!: string;

  @IsString()
  @IsNotEmpty()
  clientId!: string;

  /** Reference to the token that the cluster projects. It is read again whenever the hub signs in. */
  @Matches(OWN_REFERENCE, { message: 'token must be a reference, beginning with env: or file:' })
  token: string = 'file:/var/run/secrets/azure/tokens/azure-identity-token';
}

export class ClientSecretConfig extends KeyVaultConfig {
  @Equals('client_secret')
  auth!: 'client_secret';

  @IsString()
  @IsNotEmpty()
  tenantId!: string;

  @IsString()
  @IsNotEmpty()
  clientId!: string;

  /** Reference to the client secret. */
  @Matches(OWN_REFERENCE, { message: 'clientSecret must be a reference, beginning with env: or file:' })
  clientSecret!: string;
}

export type SignInConfig = ManagedIdentityConfig | WorkloadIdentityConfig | ClientSecretConfig;

const tools = { plainToInstance, validateSync };
const managed = classSchema(ManagedIdentityConfig, tools);
const workload = classSchema(WorkloadIdentityConfig, tools);
const secret = classSchema(ClientSecretConfig, tools);

/** Each way to sign in has its own settings; those of the others are mistakes. */
export const keyVaultConfig: StandardSchema<SignInConfig> = {
  '~standard': {
    version: 1,
    vendor: 'class-validator',
    validate: (value) => {
      const { auth } = Object(value) as Partial<SignInConfig>;
      if (auth === 'workload_identity') return workload['~standard'].validate(value);
      return (auth === 'client_secret' ? secret : managed)['~standard'].validate(value);
    },
  },
};

/** The machine's own identity service, in an address that leads nowhere else. */
const IDENTITY_SERVICE = '169.254.169.254';

export const hostsOf = (config: SignInConfig): readonly string[] => [
  new URL(config.url).host,
  config.auth === 'managed_identity' ? IDENTITY_SERVICE : new URL(config.loginUrl).host,
];
