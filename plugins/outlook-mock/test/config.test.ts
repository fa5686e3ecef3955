import { describeIssue, isEucoraError, type SchemaResult } from '@eucora/sdk';
import { expect } from 'chai';
import { outlookMockSchema, readConfig } from '../src/config.js';

describe('the configuration of the mock mailbox', () => {
  it('rehearses unless somebody says otherwise', () => {
    expect(readConfig({ directory: 'mail' }, {})).to.deep.equal({ directory: 'mail', dryRun: true });
  });

  it('takes DRY_RUN where the configuration is silent', () => {
    expect(readConfig({ directory: 'mail' }, { DRY_RUN: 'false' }).dryRun).to.equal(false);
    expect(readConfig({ directory: 'mail' }, { DRY_RUN: '1' }).dryRun).to.equal(true);
    expect(readConfig({ directory: 'mail' }, { DRY_RUN: '' }).dryRun).to.equal(true);
  });

  it('lets the configuration win over DRY_RUN', () => {
    expect(readConfig({ directory: 'mail', dryRun: true }, { DRY_RUN: 'false' }).dryRun).to.equal(true);
  });

  it('refuses what it does not understand, by name', () => {
    expect(complaints(validate({ directory: 'mail', dryrun: false }))).to.deep.equal([
      'dryrun: is not a setting of this plugin',
    ]);
    expect(complaints(validate({}))).to.have.lengthOf(2);
    expect(complaints(validate({}))[0]).to.match(/^directory: /);
    expect(complaints(validate({ directory: 'mail' }, { DRY_RUN: 'maybe' }))).to.deep.equal([
      'dryRun: must be a boolean value',
    ]);
    expect(complaints(validate(['mail']))).to.deep.equal(['must be an object']);
    expect(complaints(validate(JSON.parse('{"directory":"mail","__proto__":{"dryRun":false}}')))).to.have.lengthOf(1);
  });

  it('tells a program all its mistakes at once', () => {
    const mistaken = () => readConfig({ directory: '', token: '' }, {});
    expect(mistaken).to.throw(/directory: .*; token: /);
    expect(mistaken).to.throw().that.satisfies(isEucoraError).and.has.property('code', 'CONFIG_INVALID');
  });
});

function validate(value: unknown, environment = {}) {
  return outlookMockSchema(environment)['~standard'].validate(value);
}

function complaints({ issues = [] }: SchemaResult<unknown>): string[] {
  return issues.map(describeIssue);
}
