import { invalidDocument, untrusted } from '@eucora/sdk';
import { readCycloneDx } from './cyclonedx.js';
import { readGrype } from './grype.js';
import type { Report } from './report.js';
import { readSarif } from './sarif.js';
import { readTrivy } from './trivy.js';

/** Tells the tool by content, never by file name. @throws EucoraError `DOCUMENT_INVALID` */
export function readReport(json: unknown): Report {
  const document = untrusted.fields(json);
  if (document.bomFormat === 'CycloneDX') return readCycloneDx(document);
  if (document.SchemaVersion !== undefined) return readTrivy(document);
  if (untrusted.fields(document.descriptor).name === 'grype') return readGrype(document);
  if (document.runs !== undefined) return readSarif(document);
  throw invalidDocument('is no report of Trivy or Grype, nor SARIF, nor CycloneDX');
}
