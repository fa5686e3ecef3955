import { invalidDocument, untrusted, type UntrustedFields } from '@eucora/sdk';
import type { Bom, BomComponent } from './bom.js';
import { check } from './schema.js';
import { spdxSchemas } from './spdx-2-schema.js';

/** SPDX 2.3, and 2.2 as 2.2. @throws EucoraError `DOCUMENT_INVALID` */
export function readSpdx2(document: UntrustedFields): Bom {
  const version = (['2.2', '2.3'] as const).find((one) => document.spdxVersion === `SPDX-${one}`);
  if (!version)
    throw invalidDocument(
      `is ${untrusted.text(document.spdxVersion) ?? 'SPDX of no version'}; SPDX 2.2, 2.3 and 3.0 are read`,
    );
  check(spdxSchemas[version](), document, `SPDX ${version}`);

  const described = describedBy(document);
  const isDescribed = ({ SPDXID }: UntrustedFields) => described.has(SPDXID);
  const packages = untrusted.list(document.packages);
  const { created, creators } = untrusted.fields(document.creationInfo);
  return {
    format: 'spdx',
    specVersion: version,
    createdAt: created,
    tools: untrusted.texts(creators).flatMap((creator) => untrusted.text(/^Tool:(.*)$/.exec(creator)?.[1]) ?? []),
    subjects: [...packages, ...untrusted.list(document.files)]
      .filter(isDescribed)
      .map((subject) => ({ sha256: digestsOf(subject), licences: licencesOf(subject) })),
    components: packages.filter((one) => !isDescribed(one)).map(toComponent),
    remarks: version === '2.2' ? ['SPDX 2.2: only what is read of it was checked'] : [],
  };
}

/** Ids of what the document is about, in the three ways of saying so. */
function describedBy(document: UntrustedFields): ReadonlySet<unknown> {
  const said = untrusted
    .list(document.relationships)
    .flatMap(({ spdxElementId: from, relationshipType, relatedSpdxElement: to }) => {
      if (relationshipType === 'DESCRIBES' && from === document.SPDXID) return [to];
      return relationshipType === 'DESCRIBED_BY' && to === document.SPDXID ? [from] : [];
    });
  return new Set([...untrusted.texts(document.documentDescribes), ...said]);
}

const toComponent = (one: UntrustedFields): BomComponent => ({
  ref: untrusted.text(one.SPDXID),
  purl: untrusted.text(
    untrusted.list(one.externalRefs).find(({ referenceType }) => referenceType === 'purl')?.referenceLocator,
  ),
  licences: licencesOf(one),
});

/** What somebody concluded counts before what the author declared. */
const licencesOf = ({ licenseConcluded, licenseDeclared }: UntrustedFields): readonly string[] =>
  [untrusted.text(licenseConcluded), untrusted.text(licenseDeclared)]
    .flatMap((one) => (isLicence(one) ? one : []))
    .slice(0, 1);

export const isLicence = (text: string | undefined): text is string =>
  text !== undefined && text !== 'NOASSERTION' && text !== 'NONE';

const digestsOf = ({ checksums }: UntrustedFields): readonly string[] =>
  untrusted
    .list(checksums)
    .filter(({ algorithm }) => algorithm === 'SHA256')
    .flatMap(({ checksumValue }) => untrusted.sha256(checksumValue) ?? []);
