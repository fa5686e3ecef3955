import { expect } from 'chai';
import type { PlaneFailure } from '@eucora/sdk/http';
import { classify, failedOperation, readComplaint } from '../src/errors.js';

const LEGACY = 'landscape.example.com/api/';
const LOGIN = 'landscape.example.com/api/v2/login/access-key';
const COMPUTERS = 'landscape.example.com/api/v2/computers';

describe("what Landscape's answers mean", () => {
  const cases: [string, Partial<PlaneFailure>, object | undefined][] = [
    [
      'a wrong signature is a wrong credential',
      refusal('SignatureDoesNotMatch', 403),
      { code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' },
    ],
    ['a wrong signature is so with 400 too', refusal('SignatureDoesNotMatch'), { code: 'PLANE_UNAUTHENTICATED' }],
    [
      'a refused log-in is a wrong credential',
      { ...refusal('Unauthorized', 403), target: LOGIN },
      { code: 'PLANE_UNAUTHENTICATED' },
    ],
    [
      'a log-in that is 401 is so as well',
      { ...refusal('Unauthorized', 401), target: LOGIN },
      { code: 'PLANE_UNAUTHENTICATED' },
    ],
    [
      'a missing permission is for a person',
      refusal('Unauthorised'),
      { code: 'PLANE_FORBIDDEN', errorClass: 'policy_violation' },
    ],
    [
      'a disabled account is for a person',
      { status: 403, target: COMPUTERS, body: { message: 'Account disabled' } },
      {},
    ],
    [
      'a title that is taken is a conflict',
      refusal('DuplicatePackageProfile'),
      { code: 'PLANE_CONFLICT', errorClass: 'permanent' },
    ],
    [
      'what is unknown is missing',
      refusal('UnknownPackageProfileName'),
      { code: 'PLANE_OBJECT_MISSING', errorClass: 'permanent' },
    ],
    [
      'a pocket that is being changed passes',
      refusal('OperationInProgress'),
      { code: 'PLANE_ERROR', errorClass: 'transient' },
    ],
    ['a query that cannot be understood is ours to correct', refusal('InvalidQueryError'), {}],
    ['a wrong content type is ours to correct', { status: 415, body: { error: 'UnsupportedMediaType' } }, {}],
    ['a refused token is told, and left to a fresh one', { ...refusal('Unauthorized', 401), target: COMPUTERS }, {}],
    ['401 of the legacy API is left to a fresh token', refusal('Unauthorized', 401), undefined],
    ['400 without any words is what it always is', { status: 400 }, undefined],
    ['500 is what it always is', { status: 500, body: { error: 'x', message: 'y' } }, undefined],
    ['a certificate is left to the table', { networkCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, undefined],
  ];
  for (const [title, failure, reading] of cases) {
    it(title, () => {
      const said = classify(given(failure));
      if (reading === undefined) return expect(said).to.equal(undefined);
      expect(said).to.include(reading);
      expect(said?.what).to.match(/Landscape/);
      if (!('code' in reading)) expect(said).not.to.have.property('code');
    });
  }

  it('a wrong signature names the clock and the trailing slash', () => {
    expect(classify(given(refusal('SignatureDoesNotMatch', 403)))?.remedy).to.match(/clock.*trailing slash/);
  });

  it('of several complaints the gravest decides, and all are told', () => {
    const body = {
      error: 'MultiError',
      message: 'several',
      errors: [
        { error: 'InvalidQuery', message: 'bad query' },
        { error: 'Unauthorised', message: 'not yours' },
        { error: 'UnknownTag', message: 'no tag' },
      ],
    };
    const reading = classify(given({ status: 400, body }));
    expect(reading).to.include({ code: 'PLANE_FORBIDDEN' });
    expect(reading?.what).to.contain('bad query; not yours; no tag');
  });
});

describe('a complaint', () => {
  it('is an object with two keys, or a text', () => {
    expect(readComplaint({ error: 'UnknownTag', message: 'no' })).to.deep.equal({ code: 'UnknownTag', message: 'no' });
    expect(readComplaint({ code: 3, message: 'rpc', details: [] })).to.deep.equal({ code: '', message: 'rpc' });
    expect(readComplaint('86 => cannot \n87 => cannot ')).to.deep.equal({
      code: '',
      message: '86 => cannot; 87 => cannot',
    });
  });

  it('is no page for people, and nothing', () => {
    for (const body of ['<html><body>x</body></html>', '', undefined, null, 7, {}, { errors: [] }]) {
      expect(readComplaint(body), String(body)).to.equal(undefined);
    }
  });
});

describe('an operation of the package archive that failed', () => {
  it('passes where its code says so', () => {
    for (const code of [4, 8, 10, 13, 14])
      expect(failedOperation('the import', { code, message: 'x' })).to.include({
        code: 'PLANE_ERROR',
        errorClass: 'transient',
      });
  });

  it('does not pass otherwise', () => {
    for (const code of [2, 3, 5, 6, 9, undefined]) {
      const error = failedOperation('the import', { ...(code !== undefined && { code }) });
      expect(error).to.include({ code: 'PLANE_REJECTED', errorClass: 'permanent' });
      expect(error.message).to.contain('the import');
    }
  });
});

function given(failure: Partial<PlaneFailure>): PlaneFailure {
  return { method: 'POST', target: LEGACY, headers: {}, body: undefined, attempt: 1, replayable: false, ...failure };
}

function refusal(error: string, status = 400): Partial<PlaneFailure> {
  return { status, body: { error, message: `about ${error}` } };
}
