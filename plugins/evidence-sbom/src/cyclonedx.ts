import { invalidDocument, untrusted, type UntrustedFields } from '@eucora/sdk';
import type { Bom, BomComponent } from './bom.js';
import { CYCLONEDX_VERSIONS, cycloneDxSchema } from './cyclonedx-schema.js';
import { check } from './schema.js';

/** CycloneDX 1.4 to 1.7. Older ones are not what current tools write, and are refused. @throws EucoraError `DOCUMENT_INVALID` */
export async function readCycloneDx(document: UntrustedFields): Promise<Bom> {
  const version = CYCLONEDX_VERSIONS.find((one) => one === document.specVersion);
  if (!version)
    throw invalidDocument(
      `is CycloneDX ${untrusted.text(document.specVersion) ?? 'of no version'}; 1.4 to 1.7 are read`,
    );
  check(await cycloneDxSchema(version), document, `CycloneDX ${version}`);

  const metadata = untrusted.fields(document.metadata);
  const subject = untrusted.fields(metadata.component);
  return {
    format: 'cyclonedx',
    specVersion: version,
    createdAt: metadata.timestamp,
    tools: toolsOf(metadata.tools),
    subjects: [{ sha256: digestsOf(subject), licences: licencesOf(subject) }],
    components: [...nested(document), ...nested(subject)].map(toComponent),
    remarks: [],
  };
}

/** Components may have components. */
const nested = ({ components }: UntrustedFields): readonly UntrustedFields[] =>
  untrusted.list(components).flatMap((component) => [component, ...nested(component)]);

const toComponent = (component: UntrustedFields): BomComponent => ({
  ref: untrusted.text(component['bom-ref']),
  purl: untrusted.text(component.purl),
  licences: licencesOf(component),
});

/** Up to 1.4 a list; from 1.5 on an object with components, or still the list. */
function toolsOf(tools: unknown): readonly string[] {
  const modern = untrusted.fields(tools);
  return [...untrusted.list(tools), ...untrusted.list(modern.components), ...untrusted.list(modern.services)].flatMap(
    ({ name, version }) => [untrusted.text(name), untrusted.text(version)].filter(Boolean).join(' ') || [],
  );
}

const licencesOf = ({ licenses }: UntrustedFields): readonly string[] =>
  untrusted.list(licenses).flatMap(({ license, expression }) => {
    const { id, name } = untrusted.fields(license);
    return untrusted.text(expression) ?? untrusted.text(id) ?? untrusted.text(name) ?? [];
  });

const digestsOf = ({ hashes }: UntrustedFields): readonly string[] =>
  untrusted
    .list(hashes)
    .filter(({ alg }) => alg === 'SHA-256')
    .flatMap(({ content }) => untrusted.sha256(content) ?? []);
