import 'reflect-metadata';
import { createPublicKey } from 'node:crypto';
import { classSchema } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsDefined,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUrl,
  MaxLength,
  ValidateBy,
  ValidateNested,
  validateSync,
} from 'class-validator';

/** Patterns: `*` stands for anything but `/`, `**` for anything, everything else for itself. */
const LONGEST_PATTERN = 500;

const IsPublicKey = () =>
  ValidateBy({
    name: 'isPublicKey',
    validator: { validate: isPublicKey, defaultMessage: () => '$property must be a public key in PEM' },
  });

/** An identity whose signature counts. */
export class SignerRule {
  /** Names of the packages that it may sign for: `esbuild`, `acme-*`. Default: all. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATTERN)
  package: string = '**';

  /** The OIDC issuer that vouches for the identity, exactly. */
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['https', 'http'] })
  issuer!: string;

  /** The certificate's subject alternative name: a workflow's URL, a mail address. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATTERN)
  san!: string;

  /**
   * The repository that the certificate names as its source. Needed where the SAN is a workflow that anybody may reuse: its
   * signature alone does not say for whom it worked.
   */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATTERN)
  source?: string;
}

/** A key whose signature counts, for bundles that carry no certificate. */
export class KeyRule {
  /** As with {@link SignerRule}. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_PATTERN)
  package: string = '**';

  /** By which the bundle names the key. */
  @IsString()
  @IsNotEmpty()
  hint!: string;

  /** SPKI in PEM. It is public: it stands here as it is. */
  @IsPublicKey()
  publicKey!: string;
}

/** What an operator may set. Nothing is trusted unless it is named here. */
export class SignatureConfig {
  /** Path of a sigstore `trusted_root.json`: the authorities and logs by which bundles are verified. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  trustedRoot?: string;

  @IsDefined()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => SignerRule)
  signers: SignerRule[] = [];

  @IsDefined()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => KeyRule)
  keys: KeyRule[] = [];

  /** Builder ids that SLSA provenance may name, with `*` and `**`. */
  @IsArray()
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(LONGEST_PATTERN, { each: true })
  builders: string[] = [];
}

export const signatureConfig = classSchema(SignatureConfig, { plainToInstance, validateSync });

function isPublicKey(value: unknown): boolean {
  if (typeof value !== 'string' || !value.includes('BEGIN PUBLIC KEY')) return false;
  try {
    return createPublicKey(value).type === 'public';
  } catch {
    return false;
  }
}
