import { invalidDocument, untrusted } from '@eucora/sdk';
import type { Bom } from './bom.js';
import { readCycloneDx } from './cyclonedx.js';
import { readSpdx2 } from './spdx-2.js';
import { isSpdx3, readSpdx3 } from './spdx-3.js';

/** Tells the format by content, never by file name. @throws EucoraError `DOCUMENT_INVALID` */
export async function readBom(json: unknown): Promise<Bom> {
  const document = untrusted.fields(json);
  if (document.bomFormat === 'CycloneDX') return readCycloneDx(document);
  if (document.spdxVersion !== undefined) return readSpdx2(document);
  if (isSpdx3(document)) return readSpdx3(document);
  throw invalidDocument('is neither CycloneDX nor SPDX');
}
