import { describeIssue, isEucoraError, type SchemaResult } from '@eucora/sdk';
import { expect } from 'chai';
import { readConfig, sandboxSchema } from '../src/config.js';

describe('the configuration of the sandbox', () => {
  it('needs nothing', () => {
    expect(readConfig({}, {})).to.deep.equal({
      latencyMs: 0,
      errorRate: 0,
      seed: 1,
      targets: {},
      devicesPerTarget: 5,
      checkInSeconds: 30,
      failureRate: 0,
    });
  });

  it('takes latency and error rate from the environment where it is silent itself', () => {
    const environment = { SANDBOX_LATENCY_MS: '250', SANDBOX_ERROR_RATE: '0.5' };
    expect(readConfig({}, environment)).to.include({ latencyMs: 250, errorRate: 0.5 });
    expect(readConfig({ latencyMs: 0, errorRate: 0 }, environment)).to.include({ latencyMs: 0, errorRate: 0 });
    expect(readConfig({}, { SANDBOX_LATENCY_MS: '', SANDBOX_ERROR_RATE: undefined })).to.include({ latencyMs: 0 });
  });

  it('refuses what it does not understand, by name', () => {
    expect(complaints({ latencyMS: 5 })).to.deep.equal(['latencyMS: is not a setting of this plugin']);
    expect(complaints({ errorRate: 1.5 })).to.deep.equal(['errorRate: must not be greater than 1']);
    expect(complaints({ latencyMs: '5' })).to.include('latencyMs: must be an integer number');
    expect(complaints({}, { SANDBOX_LATENCY_MS: 'slow' })).to.include('latencyMs: must be an integer number');
    expect(complaints('fast')).to.deep.equal(['must be an object']);
    expect(complaints(null)).to.deep.equal(['must be an object']);
    expect(complaints(JSON.parse('{"__proto__":{"latencyMs":5}}'))).to.have.lengthOf(1);
  });

  it('wants whole numbers of devices', () => {
    const message = 'targets: must map target names to whole numbers of devices, 0 to 100000';
    for (const targets of [{ lab: 1.5 }, { lab: -1 }, { lab: '5' }, { lab: 100_001 }, [5], 'lab']) {
      expect(complaints({ targets })).to.deep.equal([message]);
    }
    expect(complaints({ targets: { lab: 0, everyone: 100_000 } })).to.deep.equal([]);
  });

  it('tells a program all its mistakes at once', () => {
    const mistaken = () => readConfig({ failureRate: 2, stateFile: '' }, {});
    expect(mistaken).to.throw(/stateFile: .*; failureRate: /);
    expect(mistaken).to.throw().that.satisfies(isEucoraError).and.has.property('code', 'CONFIG_INVALID');
  });
});

function complaints(value: unknown, environment = {}): string[] {
  const result: SchemaResult<unknown> = sandboxSchema(environment)['~standard'].validate(value);
  return (result.issues ?? []).map(describeIssue);
}
