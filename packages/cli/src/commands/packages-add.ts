import { dirname, resolve } from 'node:path';
import { EucoraError } from '@eucora/sdk';
import { digestOf, insist, upload } from '../artifacts.js';
import { path, type Client } from '../client.js';
import type { Command, Session } from '../command.js';
import { readFields, type Fields } from '../files.js';
import { text } from '../input.js';
import { bytes } from '../text.js';
import type { ArtifactView, PackageView } from '../wire.js';

/** What a manifest says of a file: where it is, and what it must be. */
type Claim = Partial<ArtifactView> & { readonly path?: string };

export const packagesAdd: Command = {
  name: 'packages add',
  permission: 'package.create',
  summary: 'Add a version of an application: its artifact, and how it is installed, found and removed',
  notes:
    'The manifest has the fields of POST /api/packages/; its artifact, sbom and documents name a file with `path`, from the folder of the manifest. ' +
    'Digest and size are computed here; where the manifest states them, they must agree, or nothing is sent. Adding the same package again changes nothing.',
  args: [{ flags: '<manifest>', text: 'JSON or YAML' }],
  options: [
    { flags: '--artifact <file>', text: 'the installer, in place of the path in the manifest' },
    { flags: '--sbom <file>', text: 'CycloneDX or SPDX document, in place of the path in the manifest' },
  ],
  examples: [
    'eucora packages add esbuild-0.25.1.yaml',
    'eucora packages add esbuild.json --artifact ./esbuild.exe --sbom ./esbuild.cdx.json',
  ],
  async run(session, input) {
    const manifest = input.args[0]!;
    const fields = await readFields(session.io.cwd, manifest);
    const files = { manifest, artifact: text(input, 'artifact'), sbom: text(input, 'sbom') };
    const found = {
      artifact: await examine(session, 'artifact', fields, files),
      sbom: await examine(session, 'sbom', fields, files),
    };

    const documents = await examineDocuments(session, fields, manifest);
    const client = await session.client();
    for (const one of [...documents, found.sbom, found.artifact])
      if (one?.file) await send(session, client, one.file, one.artifact);
    const added = await client.request<PackageView>({
      method: 'POST',
      path: path`/api/packages/`,
      body: {
        ...fields,
        artifact: found.artifact?.artifact,
        sbom: found.sbom?.artifact,
        ...(documents.length > 0 && { documents: documents.map(({ artifact, kind }) => ({ kind, ...artifact })) }),
      },
    });
    return {
      document: added,
      text: () =>
        `Added ${added.package_key}\n` +
        `${added.artifact.file_name}, ${bytes(added.artifact.size)}, sha256 ${added.artifact.sha256}\n` +
        '-> eucora intents create --help',
    };
  },
};

interface Files {
  readonly manifest: string;
  readonly artifact: string | undefined;
  readonly sbom: string | undefined;
}

interface Examined {
  /** Absent when the manifest only names bytes that the host should have already. */
  readonly file?: string;
  readonly artifact: ArtifactView;
}

/** Both files are examined before anything is sent. */
async function examine({ io, progress }: Session, which: 'artifact' | 'sbom', fields: Fields, files: Files) {
  const { path: named, ...claimed } = claimOf(fields, which, files.manifest);
  const given = files[which];
  const beside = named === undefined ? undefined : resolve(io.cwd, dirname(files.manifest), named);
  const file = given === undefined ? beside : resolve(io.cwd, given);
  if (file === undefined) return fields[which] === undefined ? undefined : ({ artifact: claimed } as Examined);

  const digest = await digestOf(file, progress);
  insist(digest, claimed);
  return { file, artifact: { ...digest, file_name: claimed.file_name ?? digest.file_name } } satisfies Examined;
}

/** Scan reports, signatures, test reports: `documents: [{ kind: scan, path: ./trivy.json }]`. */
async function examineDocuments({ io, progress }: Session, fields: Fields, manifest: string) {
  const given = fields.documents ?? [];
  if (!Array.isArray(given)) throw new EucoraError('INPUT_INVALID', { what: `documents in ${manifest} is not a list` });
  const found: (Examined & { readonly kind: unknown })[] = [];
  for (const { kind, path: named, ...claimed } of given as readonly (Claim & { readonly kind?: unknown })[]) {
    const file = named === undefined ? undefined : resolve(io.cwd, dirname(manifest), named);
    const digest = file === undefined ? undefined : await digestOf(file, progress);
    if (digest) insist(digest, claimed);
    found.push({ kind, ...(file !== undefined && { file }), artifact: { ...claimed, ...digest } as ArtifactView });
  }
  return found;
}

function claimOf(fields: Fields, which: string, manifest: string): Claim {
  const claim = fields[which] ?? {};
  if (typeof claim === 'object' && !Array.isArray(claim)) return claim;
  throw new EucoraError('INPUT_INVALID', {
    what: `${which} in ${manifest} is not an object`,
    remedy: `Write it as { "path": "./file" }, or leave it out and give --${which}.`,
  });
}

const send = ({ progress }: Session, client: Client, file: string, artifact: ArtifactView) =>
  upload(client, file, artifact, progress);
