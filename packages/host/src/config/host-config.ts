import type { LadderRole, RoleName } from '@eucora/sdk';
import { Flag, Hinted, Name, OneOf, Opaque, Optional, Text, Texts, Whole } from '../wire/fields.js';

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

  @Hinted({ description: 'How others reach this host: `https://hub.example.com`.' })
  @Optional()
  @Text()
  declare public_url?: string;
  @Hinted({ description: 'More names by which others reach this host.' })
  @Optional()
  @Texts(0, 100)
  declare public_hosts?: string[];
  @Hinted({ description: 'Requests a second, of one subject. 0: no limit. Default 200; without OIDC: 0.' })
  @Optional()
  @Whole(0, 1_000_000)
  declare rate_limit_per_second?: number;
  @Hinted({ description: 'Requests at once, of one subject. Default: twice as many as a second.' })
  @Optional()
  @Whole(1, 1_000_000)
  declare rate_limit_burst?: number;
  @Hinted({ description: 'Gates, by connector id, without which nothing is published: one that is missing denies.' })
  @Optional()
  @Texts(0, 100)
  declare required_gates?: string[];
  @Hinted({
    pattern: '^(env|file):',
    description:
      'Ed25519 key (PKCS #8 PEM) that signs packs, plans and waivers, by reference. Default: one of the data folder.',
  })
  @Optional()
  @Text()
  declare signing_key?: string;
  @Hinted({ description: 'Files with public keys (PEM) that signed before.' })
  @Optional()
  @Texts(0, 100)
  declare earlier_keys?: string[];
  @Hinted({ description: 'A file with the weights of the risk score. Default: ours.' })
  @Optional()
  @Text()
  declare risk_weights?: string;
  @Hinted({ description: 'The least rung of the ladder for operations of a connector. Default Operator.' })
  @Optional()
  @Text(64)
  declare connector_rbac_role?: string;
  @Hinted({ description: 'With OIDC: the token in the data folder works as well, on this machine. Default false.' })
  @Optional()
  @Flag()
  declare local_token?: boolean;

  @Hinted({ description: 'The identity provider, as it names itself in `iss`.' })
  @Optional()
  @Text()
  declare oidc_issuer?: string;
  @Hinted({ description: 'This host, as the provider names it in `aud`.' })
  @Optional()
  @Text()
  declare oidc_audience?: string;
  @Hinted({ description: 'The public client as which `eucora login` signs people in.' })
  @Optional()
  @Text()
  declare oidc_client_id?: string;
  @Hinted({ description: 'What `eucora login` asks for. Default openid, offline_access.' })
  @Optional()
  @Texts(1, 100)
  declare oidc_scopes?: string[];
  @Hinted({ description: '`resource` of RFC 8707 that `eucora login` sends. Default: none.' })
  @Optional()
  @Text()
  declare oidc_resource?: string;
  @Hinted({ description: 'The claim that tells one person from another. Default `sub`; Entra ID: `oid`.' })
  @Optional()
  @Text(128)
  declare oidc_subject_claim?: string;
  @Hinted({ description: 'The claim with roles or groups, a path with dots where it is nested. Default `roles`.' })
  @Optional()
  @Text(256)
  declare oidc_roles_claim?: string;
  @Hinted({ description: 'Their role or group -> ours, one or a list. Default: theirs are named as ours.' })
  @Optional()
  @Opaque()
  declare oidc_role_map?: Record<string, unknown>;
  @Hinted({ description: 'Signatures that are believed. Default RS256, PS256, ES256, EdDSA.' })
  @Optional()
  @Texts(1, 20)
  declare oidc_algorithms?: string[];
  @Hinted({ description: '`typ` of tokens that are believed. Default at+jwt, JWT.' })
  @Optional()
  @Texts(1, 10)
  declare oidc_token_types?: string[];
  @Hinted({ description: 'By how much the clocks of the two may differ. Default 30.' })
  @Optional()
  @Whole(0, 300)
  declare oidc_clock_tolerance_seconds?: number;
}

/** Known, and of a later version: giving one is a mistake rather than a wish that nobody hears. */
export const NOT_YET: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^redis_url$/, why: 'this version wakes its workers through the database; it does not use Redis' },
  { pattern: /^s3_\w+$/, why: 'this version keeps artifacts and evidence in the data folder; it does not use S3' },
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
  /** Absent: the local token is the only way in. */
  readonly oidc?: OidcSettings;
  /** With OIDC: whether the local token works as well. Without, it always does. */
  readonly localToken?: boolean;
  readonly publicUrl?: string;
  /** Names, beside those of loopback, under which requests may come; in lower case, without a port. */
  readonly publicHosts?: readonly string[];
  /** Default: {@link RATE_LIMIT} with OIDC; without it none, as there is one subject alone. */
  readonly rateLimit?: RateLimit;
  /** Connector ids of gates that deny while they are not registered. */
  readonly requiredGates?: readonly string[];
  /** A secret reference. */
  readonly signingKey?: string;
  /** Paths. */
  readonly earlierKeys?: readonly string[];
  readonly riskWeights?: string;
  /** Default Operator. */
  readonly connectorRole?: LadderRole;
  /** For the log: what was given and is not for us. */
  readonly warnings: readonly string[];
}

/** A bucket that holds `burst` requests and gets `perSecond` back a second. */
export interface RateLimit {
  /** 0: no limit. */
  readonly perSecond: number;
  readonly burst: number;
}

/** One program that works hard stays below it; a thousand requests a second are many subjects. */
export const RATE_LIMIT: RateLimit = { perSecond: 200, burst: 400 };

/** Whom we believe, and how their words are read. */
export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The public client of the command line; without it nobody can sign in there with a browser. */
  readonly clientId?: string;
  readonly scopes: readonly string[];
  readonly resource?: string;
  readonly subjectClaim: string;
  readonly rolesClaim: string;
  /** Their value -> our roles. Absent: their values are our names. */
  readonly roleMap?: Readonly<Record<string, readonly RoleName[]>>;
  readonly algorithms: readonly string[];
  /** In lower case, without `application/`. */
  readonly tokenTypes: readonly string[];
  readonly clockToleranceSeconds: number;
}
