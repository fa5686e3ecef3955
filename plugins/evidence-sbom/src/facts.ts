import { invalidDocument, untrusted, type Artifact, type SbomFacts } from '@eucora/sdk';
import { PackageURL } from 'packageurl-js';
import parseExpression from 'spdx-expression-parse';
import type { Bom } from './bom.js';

/** More than any product has; beyond it a document is there to keep us busy. */
export const MAX_COMPONENTS = 50_000;

/** As many purls and licences are kept. */
const KEPT = 1_000;

/** What a bill of materials says of this artifact. @throws EucoraError `DOCUMENT_INVALID` when it is about another one */
export function toFacts(bom: Bom, artifact: Artifact): SbomFacts {
  const { components, subjects } = bom;
  if (components.length > MAX_COMPONENTS) {
    throw invalidDocument(`lists ${components.length} components; ${MAX_COMPONENTS} are read at most`);
  }
  const createdAt = untrusted.time(bom.createdAt);
  const purls = sorted(components.map(({ purl }) => purl));
  const licences = sorted([...subjects, ...components].flatMap((one) => one.licences));
  const normalised = purls.map(normalise);
  const describesArtifact = isAbout(bom, artifact);

  return {
    format: bom.format,
    spec_version: bom.specVersion,
    ...(createdAt && { created_at: createdAt }),
    tools: sorted(bom.tools),
    components: components.length,
    purls: sorted(normalised).slice(0, KEPT),
    licences: licences.slice(0, KEPT),
    unlicensed: components.filter((one) => one.licences.length === 0).length,
    describes_artifact: describesArtifact,
    remarks: [
      ...bom.remarks,
      ...(describesArtifact ? [] : ['it names no SHA-256 of what it is about, so nothing ties it to this artifact']),
      ...(components.length > 0 ? [] : ['it lists no component']),
      ...(bom.createdAt === undefined || createdAt ? [] : ['the time at which it was made cannot be read']),
      ...remark(
        'malformed purl',
        purls.filter((_, index) => normalised[index] === undefined),
      ),
      ...remark(
        'licence that is no SPDX expression',
        licences.filter((licence) => !isExpression(licence)),
      ),
      ...remark('id given to more than one component', repeated(components.map(({ ref }) => ref))),
      ...[purls, licences].flatMap((all, index) =>
        all.length > KEPT ? `only the first ${KEPT} of ${all.length} ${['purls', 'licences'][index]} are kept` : [],
      ),
    ],
  };
}

/** Whether the document names this artifact's digest. @throws EucoraError when it names only others */
function isAbout({ subjects }: Bom, artifact: Artifact): boolean {
  const [first, ...others] = subjects.flatMap(({ sha256 }) => sha256);
  if (first === undefined) return false;
  if (first === artifact.sha256 || others.includes(artifact.sha256)) return true;
  throw invalidDocument(`is of another artifact: it names SHA-256 ${first}, and this one's is ${artifact.sha256}`);
}

/** By code units: the same everywhere. */
const sorted = (texts: readonly (string | undefined)[]): readonly string[] =>
  [...new Set(texts.filter((text) => text !== undefined))].sort();

function repeated(texts: readonly (string | undefined)[]): readonly string[] {
  const seen = new Set<string | undefined>();
  return sorted(texts.filter((text) => seen.size === seen.add(text).size));
}

const remark = (what: string, found: readonly string[]): readonly string[] =>
  found.length === 0 ? [] : [`${what}: ${found.slice(0, 3).map(short).join(', ')}${more(found.length - 3)}`];

const short = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

const more = (count: number) => (count > 0 ? ` and ${count} more` : '');

/** Characters. What is longer was cut when it was read. */
const CUT = 1_000;

/** A purl that had to be cut would name something else. */
function normalise(purl: string): string | undefined {
  if (purl.length >= CUT) return undefined;
  try {
    return PackageURL.fromString(purl).toString();
  } catch {
    return undefined;
  }
}

function isExpression(licence: string): boolean {
  try {
    parseExpression(licence);
    return true;
  } catch {
    return false;
  }
}
