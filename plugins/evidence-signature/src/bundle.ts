import { invalidDocument, reasonOf } from '@eucora/sdk';
import {
  BUNDLE_V01_MEDIA_TYPE,
  BUNDLE_V02_MEDIA_TYPE,
  BUNDLE_V03_LEGACY_MEDIA_TYPE,
  BUNDLE_V03_MEDIA_TYPE,
  bundleFromJSON,
  type Bundle,
} from '@sigstore/bundle';
import { quoted, textAt } from './fields.js';

const MEDIA_TYPES = [BUNDLE_V01_MEDIA_TYPE, BUNDLE_V02_MEDIA_TYPE, BUNDLE_V03_LEGACY_MEDIA_TYPE, BUNDLE_V03_MEDIA_TYPE];

/** What no honest bundle exceeds. The verifier compares entries with each other and counts in big integers, without limits of its own. */
const MOST = { entries: 16, certificateBytes: 64 * 1024, checkpointLength: 16 * 1024, hashes: 64, digits: 20 };

/** The verifier takes a checkpoint's signer for a regular expression: anything but a plain host name would be one. */
const PLAIN_SIGNER = /^[\w./:-]+$/;

/** @throws EucoraError `DOCUMENT_INVALID` unless it is a sigstore bundle of version 0.1 to 0.3 */
export function readBundle(json: unknown): Bundle {
  const mediaType = textAt(json, 'mediaType');
  if (!mediaType) throw invalidDocument('is not a sigstore bundle: it has no mediaType');
  if (!MEDIA_TYPES.includes(mediaType))
    throw invalidDocument(`is not a sigstore bundle of 0.1 to 0.3: ${quoted(mediaType)}`);
  const bundle = parsed(json);
  const excess = excessOf(bundle);
  if (excess) throw invalidDocument(`is not a sigstore bundle that can be checked: ${excess}`);
  return bundle;
}

function parsed(json: unknown): Bundle {
  try {
    return bundleFromJSON(json);
  } catch (cause) {
    const fields = (cause as { fields?: readonly string[] }).fields ?? [];
    throw invalidDocument(`is not a sigstore bundle: ${[reasonOf(cause), ...fields].join(', ')}`);
  }
}

function excessOf({ verificationMaterial: { tlogEntries, timestampVerificationData, content } }: Bundle) {
  const stamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  if (tlogEntries.length > MOST.entries || stamps.length > MOST.entries) return 'it has too many log entries';
  const certificates =
    content.$case === 'certificate'
      ? [content.certificate]
      : content.$case === 'x509CertificateChain'
        ? content.x509CertificateChain.certificates
        : [];
  const signed = [...certificates.map(({ rawBytes }) => rawBytes), ...stamps.map((stamp) => stamp.signedTimestamp)];
  if (signed.length > 2 * MOST.entries) return 'it has too many certificates';
  if (signed.some(({ length }) => length > MOST.certificateBytes)) return 'a certificate or timestamp is too large';

  for (const { logIndex, integratedTime, inclusionProof: proof } of tlogEntries) {
    const numbers = [logIndex, integratedTime, proof?.logIndex ?? '0', proof?.treeSize ?? '0'];
    if (numbers.some((digits) => !/^\d+$/.test(digits) || digits.length > MOST.digits))
      return 'a log index is no number';
    if ((proof?.hashes.length ?? 0) > MOST.hashes) return 'an inclusion proof is too long';
    const checkpoint = proof?.checkpoint?.envelope ?? '';
    if (checkpoint.length > MOST.checkpointLength) return 'a checkpoint is too long';
    const signers = [...checkpoint.matchAll(/\u2014 (\S+) \S+\n/g)].map(([, name]) => name!);
    if (!signers.every((name) => PLAIN_SIGNER.test(name))) return 'a checkpoint has a signer that is no host name';
  }
  return undefined;
}
