import { expect } from 'chai';
import { absence, DIGEST, said } from './given.js';

const NOTHING = {};

describe('what Apple said of a file', () => {
  it('is recorded when Apple accepted this very file', async () => {
    expect((await said(NOTHING, givenLog())).facts).to.deep.equal({
      type: 'apple_notarization',
      verdict: 'recorded',
      issuer: 'Apple notary service',
      signed_at: '2026-11-01T10:00:00.500Z',
      reference: '11111111-2222-3333-4444-555555555555',
    });
  });

  it('may come with warnings, or without a time', async () => {
    const warned = givenLog({ issues: [{ severity: 'warning', message: 'old SDK' }], uploadDate: undefined });
    expect((await said(NOTHING, warned)).facts)
      .to.include({ verdict: 'recorded' })
      .and.not.have.property('signed_at');
    expect((await said(NOTHING, givenLog({ uploadDate: 'soon' }))).facts).to.not.have.property('signed_at');
    expect((await said(NOTHING, givenLog({ uploadDate: '2026-11-01T10:00:00' }))).facts).to.not.have.property(
      'signed_at',
    );
  });

  it('is not proof when Apple refused it, or has not answered', async () => {
    expect(
      await absence(NOTHING, givenLog({ status: 'Invalid', statusSummary: 'Archive contains\ncritical errors' })),
    ).to.equal(
      'tool.notarization.json: says that Apple did not accept it: "Invalid" ("Archive contains\\ncritical errors")',
    );
    expect(await absence(NOTHING, givenLog({ status: 'In Progress', statusSummary: undefined }))).to.match(
      /"In Progress"$/,
    );
    expect(await absence(NOTHING, givenLog({ issues: [{ severity: 'error' }] }))).to.match(/contradicts itself/);
  });

  it('is not proof for another file, as the one is to which a ticket was stapled', async () => {
    expect(await absence(NOTHING, givenLog({ sha256: 'a'.repeat(64) }))).to.match(/is about another artifact/);
  });

  it('has to be such a log', async () => {
    for (const content of ['[]', 'null', '7', '"Accepted"', '{"status":"Accepted"}'])
      expect(await absence(NOTHING, { kind: 'notarization', content })).to.match(/is not a notarytool log/);
  });
});

describe('what Windows said of a signature', () => {
  it('is recorded when it is valid and about this very file', async () => {
    expect((await said(NOTHING, givenReport())).facts).to.deep.equal({
      type: 'authenticode',
      verdict: 'recorded',
      signer: 'CN=Example Org',
      issuer: 'CN=Example CA',
      signed_at: '2026-11-01T09:00:00.000Z',
      reference: 'AB'.repeat(20),
    });
  });

  it('is read as PowerShell writes it: in UTF-16, with a byte order mark, with names or numbers', async () => {
    const text = JSON.stringify(givenReport({ Status: 'Valid', StatusName: undefined, SignedAt: undefined }).content);
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const utf8 = Buffer.from(`\uFEFF${text}`);
    for (const content of [utf16, utf8])
      expect((await said(NOTHING, { kind: 'authenticode', content })).facts).to.include({ verdict: 'recorded' });
  });

  it('is not proof when Windows found fault with it', async () => {
    expect(await absence(NOTHING, givenReport({ Status: 3, StatusName: 'HashMismatch' }))).to.match(/"HashMismatch"/);
    expect(await absence(NOTHING, givenReport({ Status: 4, StatusName: undefined }))).to.match(/"NotTrusted"/);
    expect(await absence(NOTHING, givenReport({ Status: 'NotSigned', StatusName: undefined }))).to.match(/"NotSigned"/);
    expect(await absence(NOTHING, givenReport({ Status: 99, StatusMessage: undefined }))).to.match(/"status 99"$/);
    expect(await absence(NOTHING, givenReport({ Status: 0, StatusName: 'NotTrusted' }))).to.match(/"NotTrusted"/);
  });

  it('is not proof for another file, or for none', async () => {
    const other = { Algorithm: 'SHA256', Hash: 'A'.repeat(64) };
    expect(await absence(NOTHING, givenReport({ FileHash: other }))).to.match(/is about another artifact/);
    expect(await absence(NOTHING, givenReport({ FileHash: undefined }))).to.match(/does not say of which file/);
    const weak = { Algorithm: 'SHA1', Hash: 'A'.repeat(40) };
    expect(await absence(NOTHING, givenReport({ FileHash: weak }))).to.match(/names its file by "SHA1"/);
  });

  it('names its signer', async () => {
    expect(await absence(NOTHING, givenReport({ SignerCertificate: null }))).to.match(/names no signer/);
    expect(await absence(NOTHING, givenReport({ Status: undefined }))).to.match(/is not a signature report/);
  });
});

function givenLog(overrides: object = {}) {
  const content = {
    logFormatVersion: 1,
    jobId: '11111111-2222-3333-4444-555555555555',
    status: 'Accepted',
    statusSummary: 'Ready for distribution',
    uploadDate: '2026-11-01T10:00:00.500Z',
    sha256: DIGEST,
    issues: null,
    ...overrides,
  };
  return { kind: 'notarization' as const, content };
}

function givenReport(overrides: object = {}) {
  const content = {
    Status: 0,
    StatusName: 'Valid',
    StatusMessage: 'Signature verified.',
    SignerCertificate: { Subject: 'CN=Example Org', Issuer: 'CN=Example CA', Thumbprint: 'AB'.repeat(20) },
    SignedAt: '2026-11-01T10:00:00+01:00',
    FileHash: { Algorithm: 'SHA256', Hash: DIGEST.toUpperCase() },
    ...overrides,
  };
  return { kind: 'authenticode' as const, content };
}
