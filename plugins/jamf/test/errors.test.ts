import { expect } from 'chai';
import type { PlaneFailure } from '@eucora/sdk/http';
import { classify, readComplaint } from '../src/errors.js';
import { statusPage } from '../simulator/answers.js';

const page = (status: number, error?: string) => String(statusPage(status, error).body);
const apiError = (code: string, description: string, field: string | null = null) => ({
  httpStatus: 400,
  errors: [{ code, description, id: '0', field }],
});

describe('what Jamf says', () => {
  it('is read out of all its four shapes', () => {
    expect(readComplaint(page(409, 'Duplicate name'))).to.deep.equal({
      from: 'classic',
      code: '',
      message: 'Duplicate name',
    });
    expect(readComplaint(page(404))).to.include({ from: 'classic', message: 'Not Found' });
    expect(readComplaint(apiError('DUPLICATE_FIELD', 'Duplicate field', 'packageName'))).to.deep.equal({
      from: 'pro',
      code: 'DUPLICATE_FIELD',
      message: 'DUPLICATE_FIELD Duplicate field (packageName)',
    });
    expect(readComplaint({ error: 'invalid_client', error_description: 'x' })).to.include({
      from: 'oauth',
      code: 'invalid_client',
    });
    expect(readComplaint('<html><head><title>403 Forbidden</title></head></html>')).to.include({ from: 'edge' });
  });

  it('may be nothing', () => {
    expect(readComplaint({ httpStatus: 500, errors: [] })).to.deep.equal({ from: 'pro', code: '', message: '' });
    for (const body of [undefined, null, '', 'Bad gateway', 7, {}, { error: 7 }]) {
      expect(readComplaint(body), JSON.stringify(body)).to.equal(undefined);
    }
    expect(readComplaint({ errors: [{}] })).to.include({ message: '' });
  });
});

describe('what it means', () => {
  for (const [what, failure, code, errorClass] of [
    ['401', { status: 401, body: apiError('INVALID_TOKEN', 'Unauthorized') }, undefined, undefined],
    ['403 of the Pro API', { status: 403, body: apiError('INVALID_PRIVILEGE', 'Forbidden') }, undefined, undefined],
    ['403 of the edge', { status: 403, body: '<html><h1>403 Forbidden</h1></html>' }, undefined, undefined],
    ['404', { status: 404, body: page(404) }, undefined, undefined],
    ['409 duplicate', { status: 409, body: page(409, 'Duplicate name') }, undefined, 'permanent'],
    ['409 race', { status: 409, body: page(409, 'Unable to update the database') }, undefined, 'transient'],
    ['409 package', { status: 409, body: page(409, 'Problem with package') }, 'PLANE_OBJECT_MISSING', 'permanent'],
    ['400 duplicate field', { status: 400, body: apiError('DUPLICATE_FIELD', 'x') }, 'PLANE_CONFLICT', 'permanent'],
    [
      '422 duplicate group',
      { status: 422, body: apiError('X', 'Duplicate group name.') },
      'PLANE_CONFLICT',
      'permanent',
    ],
    ['423', { status: 423, body: '' }, 'PLANE_CONFLICT', 'transient'],
    ['500 without a word', { status: 500, body: { httpStatus: 500, errors: [] } }, undefined, undefined],
    ['504 of the edge', { status: 504, body: '<html>Gateway Timeout</html>' }, undefined, undefined],
  ] as const) {
    it(`of ${what}`, () => {
      const reading = classify(failureOf(failure));
      expect(reading?.code).to.equal(code);
      expect(reading?.errorClass).to.equal(errorClass);
      expect(reading?.what).to.match(/\S/);
    });
  }

  it('of a token that is not given, whatever the status', () => {
    for (const status of [400, 401]) {
      const reading = classify(failureOf({ status, target: 'j/api/oauth/token', body: { error: 'invalid_client' } }));
      expect(reading).to.include({ code: 'PLANE_UNAUTHENTICATED', errorClass: 'permanent' });
      expect(reading?.what).to.include('invalid_client');
    }
  });

  it('is never "done" for a 409, and never a reason to send a create again', () => {
    for (const error of ['Duplicate name', 'Unable to update the database', 'Name is required', undefined]) {
      const reading = classify(failureOf({ status: 409, body: page(409, error), replayable: false }));
      expect(reading?.retry, error).to.equal(false);
    }
    expect(classify(failureOf({ status: 409, body: page(409, 'Unable to update the database') }))?.retry).to.equal(
      true,
    );
  });

  it('is left to others where no answer came', () => {
    expect(classify(failureOf({ networkCode: 'ECONNRESET' }))).to.equal(undefined);
  });
});

const failureOf = (given: Partial<PlaneFailure>): PlaneFailure => ({
  method: 'PUT',
  target: 'example.jamfcloud.com/JSSResource/policies/id/1',
  headers: {},
  body: undefined,
  attempt: 1,
  replayable: true,
  ...given,
});
