import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eucora } from './eucora.js';
import { given } from './given.js';

const DIGEST = 'd'.repeat(64);

describe('eucora evidence export', () => {
  const { host, folder } = given();

  it('writes nothing outside of its folder, whatever the host calls its files', async () => {
    const { url } = await host({ [`GET /api/evidence/${DIGEST}/`]: () => ({ body: packNaming('../../stolen') }) });
    const cwd = await folder({});
    const { code, err } = await eucora(['evidence', 'export', DIGEST, '-o', 'pack'], { url, cwd });
    expect(code).to.equal(1);
    expect(err).to.match(/^EVIDENCE_TAMPERED: d+ names a file by something that is no digest/);
    expect(existsSync(join(cwd, '..', 'stolen'))).to.equal(false);
  });

  it('says that there is no pack yet when there is only evidence', async () => {
    const { url } = await host({ [`GET /api/evidence/${DIGEST}/`]: () => ({ body: { schema: 'eucora.evidence/1' } }) });
    const { code, err } = await eucora(['evidence', 'export', DIGEST], { url, cwd: await folder({}) });
    expect(code).to.equal(1);
    expect(err).to.include('no sealed pack').and.to.include('eucora status shows its digest');
  });
});

function packNaming(sha256: string) {
  const statement = { predicate: { blobs: [{ sha256, size: 1, file_name: 'x' }] } };
  return { payload: Buffer.from(JSON.stringify(statement)).toString('base64') };
}
