import { EucoraError, type EvidenceProvider } from '@eucora/sdk';
import { givenOrder, testContext } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { maskedEvidence } from '../src/masked-plugins.js';
import { knownSecrets } from '../src/secrets.js';

const SECRET = 'correct-horse-battery';

describe('what evidence providers say', () => {
  it('holds no known secret, neither as facts nor as the reason of a failure', async () => {
    const item = { kind: 'scan', provider: 'scan', facts: { note: `with ${SECRET}` } };
    expect(await outcomeOf(async () => [item])).to.deep.equal([{ ...item, facts: { note: 'with [secret]' } }]);
    const failure = await outcomeOf(() => Promise.reject(new Error(`no ${SECRET}`)));
    expect(failure).to.be.an('error').with.property('message', 'no [secret]');
  });

  it('means the same without it: what passes is still known to pass', async () => {
    const away = new EucoraError('STORAGE_UNAVAILABLE', { what: `${SECRET} is away`, retryAfterMs: 1_000 });
    const failure = await outcomeOf(() => Promise.reject(away));
    expect(failure).to.include({ code: 'STORAGE_UNAVAILABLE', errorClass: 'transient', retryAfterMs: 1_000 });
    expect(failure).to.have.property('message', '[secret] is away');
  });
});

async function outcomeOf(collect: EvidenceProvider['collect']): Promise<unknown> {
  const known = knownSecrets();
  known.add(SECRET);
  const [provider] = maskedEvidence([{ name: 'scan', collect }], known);
  return provider!.collect(testContext(), givenOrder()).catch((cause: unknown) => cause);
}
