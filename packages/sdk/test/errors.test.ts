import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CATALOGUE, classOfStatus, EucoraError, isEucoraError, reasonOf, toEucoraError } from '@eucora/sdk';
import { expect } from 'chai';
import { renderErrors } from '../../../tools/docs/errors.js';

describe('an error of ours', () => {
  it('has its class, status and remedy from the catalogue', () => {
    const error = new EucoraError('PLANE_THROTTLED', { what: 'intune answered 429', retryAfterMs: 2_000 });
    expect(error).to.include({
      name: 'EucoraError',
      message: 'intune answered 429',
      errorClass: 'transient',
      statusCode: 503,
    });
    expect(error.remedy).to.equal(CATALOGUE.PLANE_THROTTLED.remedy);
    expect(error.retryAfterMs).to.equal(2_000);
    expect(error.details).to.deep.equal({});
  });

  it('says better what it knows better', () => {
    const cause = new Error('deep down');
    const error = new EucoraError('PLANE_CONFLICT', {
      what: 'concurrent change',
      errorClass: 'transient',
      statusCode: 503,
      remedy: 'wait',
      details: { code: 'Directory_ConcurrencyViolation' },
      cause,
    });
    expect(error).to.include({ errorClass: 'transient', statusCode: 503, remedy: 'wait', cause });
    expect(error.details).to.deep.equal({ code: 'Directory_ConcurrencyViolation' });
  });

  it('is recognised across two copies of the package', async () => {
    const copy = (await import(
      `${new URL('../src/errors.ts', import.meta.url).href}?copy`
    )) as typeof import('../src/errors.js');
    const stranger = new copy.EucoraError('INTERNAL', { what: 'from the other copy' });
    expect(stranger).not.to.be.instanceOf(EucoraError);
    expect(isEucoraError(stranger)).to.equal(true);
    expect(toEucoraError(stranger)).to.equal(stranger);
    expect(copy.isEucoraError(new EucoraError('INTERNAL', { what: 'from this one' }))).to.equal(true);
  });

  it('is not mistaken for anything else', () => {
    for (const other of [new Error('x'), { code: 'INTERNAL' }, null, undefined, 'INTERNAL']) {
      expect(isEucoraError(other)).to.equal(false);
    }
  });

  it('wraps what was thrown by others, whatever it is', () => {
    const cause = new TypeError('x is not a function');
    expect(toEucoraError(cause)).to.include({ code: 'INTERNAL', message: 'x is not a function', cause });
    expect(toEucoraError('just text').message).to.equal('just text');
    expect(reasonOf(undefined)).to.equal('undefined');
  });

  it('survives a log line without its brand showing', () => {
    expect(Object.keys(new EucoraError('INTERNAL', { what: 'x' }))).not.to.include('Symbol(eucora.error)');
  });
});

describe('a status code', () => {
  it('has the class that the requirements give it', () => {
    for (const status of [408, 425, 429, 500, 502, 503, 504])
      expect(classOfStatus(status), `${status}`).to.equal('transient');
    for (const status of [400, 401, 404, 409, 410, 422])
      expect(classOfStatus(status), `${status}`).to.equal('permanent');
    expect(classOfStatus(403)).to.equal('policy_violation');
  });
});

describe('the catalogue of errors', () => {
  it('says of each code what it means and what to do', () => {
    for (const [code, { meaning, remedy, statusCode }] of Object.entries(CATALOGUE)) {
      expect(code).to.match(/^[A-Z][A-Z_]*[A-Z]$/);
      expect(meaning, code).to.match(/\.$/);
      expect(remedy, code).to.match(/[.]$/);
      expect(statusCode, code).to.be.within(400, 599);
    }
  });

  it('is what docs/errors.md shows', () => {
    const page = readFileSync(fileURLToPath(new URL('../../../docs/errors.md', import.meta.url)), 'utf8');
    expect(page, 'run tools/docs/errors.ts').to.equal(renderErrors());
  });
});
