import { createVerify, type KeyObject } from 'node:crypto';
import { invalidDocument, isEucoraError, reasonOf, type Context, type Package, type Sha256 } from '@eucora/sdk';
import type { Bundle, MessageSignature } from '@sigstore/bundle';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import {
  toSignedEntity,
  Verifier,
  type ObjectIdentifierValuePair,
  type SignedEntity,
  type Signer,
} from '@sigstore/verify';
import type { SignerRule } from './config.js';
import { quoted } from './fields.js';
import { matches } from './glob.js';
import { readStatement, type Statement } from './statement.js';
import type { Trust } from './trust.js';

const SOURCE_REPOSITORY = '1.3.6.1.4.1.57264.1.12';
const UTF8_STRING = 0x0c;

export interface VerifiedBundle {
  /** The certificate's SAN; `key <hint>` where a key signed. */
  readonly signer: string;
  readonly issuer?: string;
  /** ISO 8601, UTC: when the log, or the timestamp authority, saw the signature. */
  readonly signedAt?: string;
  readonly logIndex?: string;
  /** What was signed, where it was not the artifact itself. */
  readonly statement?: Statement;
}

/**
 * Proves that somebody on the list signed this very artifact, or a statement about it, and that a log saw it while the
 * certificate was valid. Asks nobody. The artifact is read as a stream, and only when everything else is right.
 *
 * @throws EucoraError `DOCUMENT_INVALID` for whatever is wrong; `CONFIG_INVALID` when there is nothing to check against
 */
export async function verifyBundle(
  ctx: Context,
  bundle: Bundle,
  how: { readonly of: Package; readonly trust: Trust; readonly signers: readonly SignerRule[] },
): Promise<VerifiedBundle> {
  const { sha256 } = how.of.artifact;
  const statement = aboutArtifact(bundle, sha256);
  const verifier = new Verifier(await how.trust(how.of.name));

  const { entity, key } = signedEntity(bundle);
  const signer = verified(() => verifier.verify(entity));
  const identity = admitted(signer, bundle, how.signers, how.of.name);
  if (bundle.content.$case === 'messageSignature')
    await verifyBytes(ctx, sha256, bundle.content.messageSignature, key.used ?? signer.key);

  const signedAt = timeOf(entity);
  const logIndex = entity.tlogEntries[0]?.logIndex;
  return {
    ...identity,
    ...(signedAt && { signedAt }),
    ...(logIndex && { logIndex }),
    ...(statement !== undefined && { statement }),
  };
}

/** The statement that the bundle signs, or nothing where it signs the artifact itself. */
function aboutArtifact({ content }: Bundle, artifact: Sha256): Statement | undefined {
  if (content.$case === 'dsseEnvelope') return readStatement(content.dsseEnvelope, artifact);
  const { algorithm, digest } = content.messageSignature.messageDigest;
  if (algorithm !== HashAlgorithm.SHA2_256) throw invalidDocument('names its artifact by another digest than SHA2_256');
  const named = digest.toString('hex');
  if (named !== artifact) throw invalidDocument(`is about another artifact (sha256 ${quoted(named)})`);
  return undefined;
}

/**
 * The verifier wants the artifact's bytes at once, and there may be a gigabyte of them. It gets everything but these: the
 * signature over them is checked afterwards, see {@link verifyBytes}, with the key that it found to be the right one.
 */
function signedEntity(bundle: Bundle): { entity: SignedEntity; key: { used?: KeyObject } } {
  const entity = verified(() => toSignedEntity(bundle));
  const key: { used?: KeyObject } = {};
  if (bundle.content.$case === 'dsseEnvelope') return { entity, key };
  const { signature } = entity;
  const withoutBytes: SignedEntity['signature'] = {
    signature: signature.signature,
    compareSignature: (other) => signature.compareSignature(other),
    compareDigest: (digest) => signature.compareDigest(digest),
    verifySignature: (used) => {
      key.used = used;
      return true;
    },
  };
  return { entity: { ...entity, signature: withoutBytes }, key };
}

async function verifyBytes(ctx: Context, sha256: Sha256, { signature }: MessageSignature, key: KeyObject) {
  if (!['ec', 'rsa'].includes(key.asymmetricKeyType ?? ''))
    throw invalidDocument(
      `is signed with a key of the kind ${quoted(key.asymmetricKeyType ?? '')}; EC and RSA can be checked`,
    );
  const verify = createVerify('sha256');
  for await (const chunk of await ctx.artifacts.open(sha256)) {
    ctx.signal.throwIfAborted();
    verify.update(chunk);
  }
  if (!verify.verify(key, signature))
    throw invalidDocument("does not verify: the signature is not over this artifact's bytes");
}

/** Any sigstore identity has a valid certificate; what counts is whether it is one of those that are expected here. */
function admitted(
  { identity }: Signer,
  { verificationMaterial: { content } }: Bundle,
  signers: readonly SignerRule[],
  packageName: string,
): Pick<VerifiedBundle, 'signer' | 'issuer'> {
  if (content.$case === 'publicKey') return { signer: `key ${content.publicKey.hint}` };
  const signer = identity?.subjectAlternativeName ?? '';
  const issuer = identity?.extensions?.issuer ?? '';
  const source = sourceIn(identity?.oids ?? []);
  const isExpected = signers.some(
    (rule) =>
      matches(rule.package, packageName) &&
      rule.issuer === issuer &&
      matches(rule.san, signer) &&
      (rule.source === undefined || matches(rule.source, source)),
  );
  if (isExpected) return { signer, issuer };
  throw invalidDocument(
    `is signed by ${quoted(signer)} (issuer ${quoted(issuer)}${source && `, source ${quoted(source)}`}), who is not among the signers for ${packageName}`,
  );
}

/** Fulcio's "Source Repository URI", 1.3.6.1.4.1.57264.1.12: a DER UTF8String. One of more than 127 bytes is not read, and so matches nothing. */
function sourceIn(extensions: readonly ObjectIdentifierValuePair[]): string {
  const value = extensions.find(({ oid }) => oid?.id.join('.') === SOURCE_REPOSITORY)?.value;
  return value?.[0] === UTF8_STRING && value[1] === value.length - 2 ? value.toString('utf8', 2) : '';
}

/** Of the log's promise, or of a timestamp authority: both have been verified by then. */
function timeOf({ timestamps }: SignedEntity): string | undefined {
  const times = timestamps.flatMap((stamp) => {
    if (stamp.$case === 'timestamp-authority') return [stamp.timestamp.signingTime];
    return stamp.tlogEntry.inclusionPromise ? [new Date(Number(stamp.tlogEntry.integratedTime) * 1000)] : [];
  });
  return times[0]?.toISOString();
}

/** The library's errors, as sentences about the document. */
function verified<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (cause) {
    if (isEucoraError(cause)) throw cause;
    const { code, cause: deeper } = cause as { code?: string; cause?: unknown };
    const why = deeper ? `${reasonOf(cause)}: ${reasonOf(deeper)}` : reasonOf(cause);
    throw invalidDocument(`does not verify: ${why}${code ? ` (${code})` : ''}`);
  }
}
