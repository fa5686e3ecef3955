import { Hinted, Name, OneOf, Optional, Text, Whole } from '../wire/fields.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * What an operator may set: in `eucora.config.json` under these names, or in the environment in capitals behind
 * `EUCORA_`. The environment wins.
 */
export class ConfigFile {
  @Hinted({
    pattern: '^postgres(ql)?://',
    description: 'PostgreSQL. Without it: an embedded database in the data folder.',
  })
  @Optional()
  @Text()
  declare database_url?: string;

  @Hinted({ description: 'Folder for what the host keeps. Default `.eucora`.' })
  @Optional()
  @Text()
  declare data_dir?: string;
  @Hinted({ description: '0: any free port. Default 8780.' }) @Optional() @Whole(0, 65_535) declare port?: number;
  @Hinted({ description: 'Address to listen on. Default 127.0.0.1.' }) @Optional() @Text(255) declare host?: string;
  @Hinted({ description: 'Default `eucora.registry.jsonl`.' }) @Optional() @Text() declare registry?: string;
  @Hinted({ description: 'Default `default`.' }) @Optional() @Name() declare tenant?: string;
  @Hinted({ description: 'Jobs worked on at a time. 0: this host only takes requests. Default 8.' })
  @Optional()
  @Whole(0, 256)
  declare workers?: number;
  @Hinted({ description: 'Bytes of one artifact. Default 10 GiB.' })
  @Optional()
  @Whole(0, Number.MAX_SAFE_INTEGER)
  declare artifact_limit?: number;
  @Optional() @OneOf(LOG_LEVELS) declare log_level?: (typeof LOG_LEVELS)[number];
}

/** Known, and of a later version: giving one is a mistake rather than a wish that nobody hears. */
export const NOT_YET: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^redis_url$/, why: 'this version wakes its workers through the database; it does not use Redis' },
  { pattern: /^s3_\w+$/, why: 'this version keeps artifacts and evidence in the data folder; it does not use S3' },
  { pattern: /^oidc_\w+$/, why: 'this version knows the local token only; it does not check OIDC tokens' },
];

/** The configuration as the host uses it. Paths are absolute. */
export interface HostConfig {
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly port: number;
  readonly host: string;
  readonly registry: string;
  readonly tenant: string;
  readonly workers: number;
  readonly artifactLimit: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** For the log: what was given and is not for us. */
  readonly warnings: readonly string[];
}
