import { invalidDocument, type Sha256, type SignatureFacts } from '@eucora/sdk';
import { field, listAt, quoted, textAt, timeAt } from './fields.js';

/**
 * What Apple's notary service said of a file (`notarytool log`). Its signature cannot be checked here: it is recorded.
 * The digest is of the file that was uploaded; stapling a ticket to it afterwards makes it another file.
 *
 * @throws EucoraError `DOCUMENT_INVALID` unless it is accepted and about this artifact
 */
export function readNotarization(log: unknown, artifact: Sha256): SignatureFacts {
  const [jobId, status, sha256] = [textAt(log, 'jobId'), textAt(log, 'status'), textAt(log, 'sha256')];
  if (!jobId || !status || !sha256)
    throw invalidDocument('is not a notarytool log: jobId, status and sha256 are needed');
  if (sha256.toLowerCase() !== artifact) throw invalidDocument(`is about another artifact (sha256 ${quoted(sha256)})`);
  if (status !== 'Accepted')
    throw invalidDocument(`says that Apple did not accept it: ${quoted(status)}${summaryOf(log)}`);

  const errors = listAt(log, 'issues').filter((issue) => field(issue, 'severity') === 'error');
  if (errors.length > 0)
    throw invalidDocument(`says Accepted and lists ${errors.length} errors: it contradicts itself`);
  const uploadedAt = timeAt(log, 'uploadDate');
  return {
    type: 'apple_notarization',
    verdict: 'recorded',
    issuer: 'Apple notary service',
    ...(uploadedAt && { signed_at: uploadedAt }),
    reference: jobId,
  };
}

function summaryOf(log: unknown): string {
  const summary = textAt(log, 'statusSummary');
  return summary ? ` (${quoted(summary)})` : '';
}
