import { untrusted, type UntrustedFields } from '@eucora/sdk';
import type { Bom } from './bom.js';
import { isLicence } from './spdx-2.js';

const CONTEXT = /^https:\/\/spdx\.org\/rdf\/(3\.[\d.]+)\//;

export const isSpdx3 = (document: UntrustedFields): boolean =>
  CONTEXT.test(contextOf(document)) && Array.isArray(document['@graph']);

/**
 * SPDX 3.0 as JSON-LD, as the profiles `software` and `simpleLicensing` are written today: one flat graph, references by
 * id. Best effort: it is not validated, and what it says in other ways is not found.
 */
export function readSpdx3(document: UntrustedFields): Bom {
  const graph = untrusted.list(document['@graph']);
  const ofType = (...types: readonly string[]) =>
    graph.filter(({ type }) => types.includes(untrusted.text(type) ?? ''));
  const byId = new Map(graph.map((element) => [idOf(element), element]));
  const related = relationsIn(ofType('Relationship', 'LifecycleScopedRelationship'));

  const roots = new Set(
    ofType('SpdxDocument', 'software_Sbom').flatMap((one) => [
      ...untrusted.texts(one.rootElement),
      ...related(idOf(one), 'describes'),
    ]),
  );
  const isRoot = (element: UntrustedFields) => roots.has(idOf(element) ?? '');
  const licencesOf = (element: UntrustedFields): readonly string[] =>
    ['hasConcludedLicense', 'hasDeclaredLicense']
      .flatMap((type) => related(idOf(element), type))
      .flatMap((id) => untrusted.text(byId.get(id)?.simplelicensing_licenseExpression) ?? [])
      .filter(isLicence)
      .slice(0, 1);
  const digestsOf = (element: UntrustedFields): readonly string[] =>
    [element, ...related(idOf(element), 'hasDistributionArtifact').map((id) => untrusted.fields(byId.get(id)))]
      .flatMap(({ verifiedUsing }) => untrusted.list(verifiedUsing))
      .filter(({ type, algorithm }) => type === 'Hash' && algorithm === 'sha256')
      .flatMap(({ hashValue }) => untrusted.sha256(hashValue) ?? []);

  const [creation = {}] = ofType('CreationInfo');
  return {
    format: 'spdx',
    specVersion: untrusted.text(creation.specVersion) ?? CONTEXT.exec(contextOf(document))?.[1] ?? '3.0',
    createdAt: creation.created,
    tools: ofType('Tool').flatMap(({ name }) => untrusted.text(name) ?? []),
    subjects: ofType('software_Package', 'software_File')
      .filter(isRoot)
      .map((subject) => ({ sha256: digestsOf(subject), licences: licencesOf(subject) })),
    components: ofType('software_Package')
      .filter((one) => !isRoot(one))
      .map((one) => ({ ref: idOf(one), purl: purlOf(one), licences: licencesOf(one) })),
    remarks: ['SPDX 3.0 is read as far as it is understood, and is not validated'],
  };
}

function relationsIn(relationships: readonly UntrustedFields[]) {
  const targets = new Map<string, string[]>();
  for (const { from, relationshipType, to } of relationships) {
    const key = keyOf(untrusted.text(from), untrusted.text(relationshipType));
    const known = targets.get(key) ?? [];
    for (const target of untrusted.texts(to)) known.push(target);
    targets.set(key, known);
  }
  return (from: string | undefined, type: string): readonly string[] => targets.get(keyOf(from, type)) ?? [];
}

const keyOf = (from: string | undefined, type: string | undefined) => JSON.stringify([from, type]);

/** JSON-LD allows a list of contexts. */
const contextOf = (document: UntrustedFields): string => untrusted.text([document['@context']].flat()[0]) ?? '';

const idOf = (element: UntrustedFields): string | undefined =>
  untrusted.text(element.spdxId) ?? untrusted.text(element['@id']);

const purlOf = ({ software_packageUrl: url, externalIdentifier }: UntrustedFields): string | undefined =>
  untrusted.text(url) ??
  untrusted.text(
    untrusted.list(externalIdentifier).find((one) => one.externalIdentifierType === 'packageUrl')?.identifier,
  );
