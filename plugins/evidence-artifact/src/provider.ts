import {
  isEucoraError,
  type Artifact,
  type ArtifactFacts,
  type Context,
  type EvidenceItem,
  type EvidenceProvider,
} from '@eucora/sdk';
import { formatOf, type ArtifactFormat } from './format.js';
import { passOver, type Passage } from './glimpse.js';

const NAME = 'artifact';

/** Finds out what an artifact is by reading all of it, once. */
export const artifactEvidence: EvidenceProvider = {
  name: NAME,
  async collect(ctx, { package: { artifact } }) {
    const passage = await read(ctx, artifact);
    if (!passage) return [absent(artifact, 'its bytes are not in the artifact store')];
    const difference = differenceOf(passage, artifact);
    if (difference) return [absent(artifact, `the bytes are not those of the package: ${difference}`)];

    const { sha256, size, fileName: file_name } = artifact;
    const format = formatOf(passage);
    const promised = promisedBy(file_name);
    if (promised && promised !== format)
      ctx.log.warn({ file_name, sha256, format }, `the name says ${promised}, the content ${format}`);
    const facts = { sha256, size, file_name, format } satisfies ArtifactFacts;
    return [{ kind: 'artifact', provider: NAME, facts, blob: sha256 }];
  },
};

async function read(ctx: Context, { sha256, size }: Artifact): Promise<Passage | undefined> {
  try {
    return await passOver(ctx, await ctx.artifacts.open(sha256), size);
  } catch (cause) {
    if (isEucoraError(cause) && cause.code === 'ARTIFACT_NOT_FOUND') return undefined;
    throw cause;
  }
}

function differenceOf(came: Passage, said: Artifact): string | undefined {
  if (came.size > said.size) return `they go on after the ${said.size} that it names`;
  if (came.size < said.size) return `they end after ${came.size} of the ${said.size} that it names`;
  return came.sha256 === said.sha256 ? undefined : `their SHA-256 is ${came.sha256}, and it names ${said.sha256}`;
}

const absent = ({ fileName }: Artifact, why: string): EvidenceItem => ({
  kind: 'artifact',
  provider: NAME,
  absent: `${fileName}: ${why}`,
});

const BY_EXTENSION: Readonly<Record<string, ArtifactFormat>> = {
  msi: 'msi',
  exe: 'exe',
  msix: 'msix',
  appx: 'msix',
  msixbundle: 'msix',
  appxbundle: 'msix',
  pkg: 'pkg',
  mpkg: 'pkg',
  dmg: 'dmg',
  deb: 'deb',
  rpm: 'rpm',
  ipa: 'ipa',
  apk: 'apk',
  zip: 'zip',
};

/** What a file of that name should be, where its extension is one of ours. */
const promisedBy = (fileName: string): ArtifactFormat | undefined =>
  new Map(Object.entries(BY_EXTENSION)).get(fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase());
