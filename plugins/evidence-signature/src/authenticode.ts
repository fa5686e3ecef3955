import { invalidDocument, type Sha256, type SignatureFacts } from '@eucora/sdk';
import { field, quoted, textAt, timeAt } from './fields.js';

/** `System.Management.Automation.SignatureStatus`, by its numbers: PowerShell's JSON carries these. */
const STATUS = [
  'Valid',
  'UnknownError',
  'NotSigned',
  'HashMismatch',
  'NotTrusted',
  'NotSupportedFileFormat',
  'Incompatible',
];

/**
 * What Windows said of a file's signature: `Get-AuthenticodeSignature` as JSON, with the file's hash beside it. Only Windows
 * can judge it, so it is recorded and never verified.
 *
 * @throws EucoraError `DOCUMENT_INVALID` unless it is valid and about this artifact
 */
export function readAuthenticode(report: unknown, artifact: Sha256): SignatureFacts {
  const status = statusOf(report);
  const hash = textAt(report, 'FileHash', 'Hash');
  const algorithm = textAt(report, 'FileHash', 'Algorithm');
  if (!status) throw invalidDocument('is not a signature report: Status is needed');
  if (!hash || !algorithm)
    throw invalidDocument('does not say of which file: FileHash with Algorithm and Hash is needed');
  if (!/^sha-?256$/i.test(algorithm))
    throw invalidDocument(`names its file by ${quoted(algorithm)}, and SHA256 is needed`);
  if (hash.toLowerCase() !== artifact) throw invalidDocument(`is about another artifact (sha256 ${quoted(hash)})`);
  if (status !== 'Valid')
    throw invalidDocument(`says that the signature is not valid: ${quoted(status)}${messageOf(report)}`);

  const signer = textAt(report, 'SignerCertificate', 'Subject');
  const issuer = textAt(report, 'SignerCertificate', 'Issuer');
  const thumbprint = textAt(report, 'SignerCertificate', 'Thumbprint');
  const signedAt = timeAt(report, 'SignedAt');
  if (!signer || !thumbprint) throw invalidDocument('says Valid and names no signer: SignerCertificate is needed');
  return {
    type: 'authenticode',
    verdict: 'recorded',
    signer,
    ...(issuer && { issuer }),
    ...(signedAt && { signed_at: signedAt }),
    reference: thumbprint,
  };
}

/** Its name; `StatusName` may repeat it, and what contradicts it counts. */
function statusOf(report: unknown): string | undefined {
  const given = field(report, 'Status');
  const status = typeof given === 'number' ? (STATUS[given] ?? `status ${given}`) : textAt(report, 'Status');
  const name = textAt(report, 'StatusName');
  return status === 'Valid' && name ? name : status;
}

function messageOf(report: unknown): string {
  const message = textAt(report, 'StatusMessage');
  return message ? ` (${quoted(message)})` : '';
}
