import type { Artifact } from '@eucora/sdk';
import type { IntuneConfig } from './config.js';
import { blockCount } from './content.js';

/** The mutating requests of the operations, in the order in which they go out: what `Operation.writes` promises. */
export interface Writes {
  readonly createApp: readonly string[];
  /** An address that grows old on the way is renewed by one more POST, which nobody can foresee. */
  uploadContent(artifact: Artifact): readonly string[];
  /** Of notes, and of the content version that an app points to. */
  readonly changeApp: readonly string[];
  readonly assign: readonly string[];
}

/** `{}` stands for what Intune names: apps, versions, files, and container and blob of an upload. */
export function writesOf({ graphUrl, uploadBlockBytes }: IntuneConfig): Writes {
  const apps = `${new URL(graphUrl).pathname.replace(/\/$/, '')}/deviceAppManagement/mobileApps`;
  const versions = `${apps}/{}/graph.win32LobApp/contentVersions`;
  const files = `${versions}/{}/files`;
  return {
    createApp: [`POST ${apps}`],
    uploadContent: (artifact) => [
      `POST ${versions}`,
      `POST ${files}`,
      ...Array.from({ length: blockCount(artifact, uploadBlockBytes) + 1 }, () => 'PUT /{}/{}'),
      `POST ${files}/{}/commit`,
    ],
    changeApp: [`PATCH ${apps}/{}`],
    assign: [`POST ${apps}/{}/assign`],
  };
}
