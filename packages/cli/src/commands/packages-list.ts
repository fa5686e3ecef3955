import { path } from '../client.js';
import type { Command } from '../command.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import { bytes } from '../text.js';
import type { PackageView } from '../wire.js';

export const packagesList: Command = {
  name: 'packages list',
  permission: 'package.read',
  summary: 'List the packages that were added',
  options: LIST_OPTIONS,
  examples: ['eucora packages list', 'eucora packages list --json --limit 1000'],
  async run(session, input) {
    const client = await session.client();
    return listAnswer(await readList<PackageView>(client, { path: path`/api/packages/` }, input), {
      head: ['package', 'publisher', 'artifact', 'size', 'sha256', 'sbom'],
      row: ({ package_key, publisher, artifact, sbom }) => [
        ...[package_key, publisher, artifact.file_name, bytes(artifact.size), artifact.sha256],
        sbom?.file_name,
      ],
      empty: 'No package was added yet.\n-> eucora packages add --help',
    });
  },
};
