import { resolve } from 'node:path';
import { DOCUMENT_KINDS, EucoraError } from '@eucora/sdk';
import { digestOf, upload } from '../artifacts.js';
import { path } from '../client.js';
import type { Command } from '../command.js';
import type { PackageView } from '../wire.js';

export const packagesAttach: Command = {
  name: 'packages attach',
  permission: 'package.create',
  summary: 'Add a document to a package: a newer scan, a signature, a test report',
  notes:
    'Approvals that wait or were given for a run that has not begun are asked for again: the evidence is another then.',
  args: [
    { flags: '<package>', text: 'the package key, see eucora packages list' },
    { flags: '<kind>', text: DOCUMENT_KINDS.join(', ') },
    { flags: '<file>', text: 'the document, as its tool wrote it' },
  ],
  examples: ['eucora packages attach esbuild@0.25.1/windows scan ./trivy.json'],
  async run(session, input) {
    const [key, kind, file] = input.args as readonly [string, string, string];
    if (!(DOCUMENT_KINDS as readonly string[]).includes(kind))
      throw new EucoraError('INPUT_INVALID', {
        what: `${kind} is no kind of document`,
        remedy: `One of ${DOCUMENT_KINDS.join(', ')}.`,
      });
    const client = await session.client();
    const document = await digestOf(resolve(session.io.cwd, file), session.progress);
    await upload(client, resolve(session.io.cwd, file), document, session.progress);
    const body = { package_key: key, kind, ...document };
    const pkg = await client.request<PackageView>({ method: 'POST', path: path`/api/packages/documents/`, body });
    return { document: pkg, text: () => `Attached ${document.file_name} (${kind}) to ${pkg.package_key}` };
  },
};
