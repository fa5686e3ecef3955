import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentAndFileSecrets } from '@eucora/adapters';
import { givenFolder, removed } from './given.js';

describe('secrets from the environment and from files', () => {
  let folder: string;
  before(async () => {
    folder = await givenFolder();
  });
  after(() => removed(folder));

  const secrets = environmentAndFileSecrets({ GRAPH_KEY: 'from the environment\n', EMPTY: '' });

  it('reads a variable as it is', async () => {
    expect(await secrets.resolve('env:GRAPH_KEY')).to.equal('from the environment\n');
  });

  it('reads a file without its last line feed, each time anew', async () => {
    const path = join(folder, 'key.pem');
    await writeFile(path, 'line 1\nline 2\n\n');
    expect(await secrets.resolve(`file:${path}`)).to.equal('line 1\nline 2\n');
    await writeFile(path, 'rotated\r\n');
    expect(await secrets.resolve(`file:${path}`)).to.equal('rotated');
  });

  it('says what is not there', async () => {
    await writeFile(join(folder, 'empty'), '\n');
    for (const reference of [
      'env:NOT_SET',
      'env:EMPTY',
      `file:${folder}/none`,
      `file:${folder}/empty`,
      `file:${folder}`,
    ]) {
      const error = await rejected(secrets.resolve(reference));
      expect(error).to.include({ code: 'SECRET_NOT_FOUND' });
      expect(error.message).to.contain(reference);
    }
  });

  it('refuses what is no reference, and does not repeat what may be the secret itself', async () => {
    for (const reference of ['', 'hunter2', 'vault:x', 'env:', 'env:A-B', 'file:', 'file:relative', 'ENV:GRAPH_KEY']) {
      expect(await rejected(secrets.resolve(reference))).to.include({ code: 'SECRET_REFERENCE_INVALID' });
    }
    expect((await rejected(secrets.resolve('hunter2'))).message).not.to.contain('hunter2');
  });
});

const rejected = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (cause: Error) => cause,
  );
