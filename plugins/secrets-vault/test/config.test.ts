import { describeIssue } from '@eucora/sdk';
import { expect } from 'chai';
import { vaultConfig } from '../src/config.js';
import { APPROLE, configOf, KUBERNETES } from './given.js';

describe('the settings of a KV version 2 store', () => {
  it('have defaults', async () => {
    expect(await configOf({ url: URL_, ...APPROLE })).to.deep.include({
      authMount: 'approle',
      cacheSeconds: 60,
      deadlineMs: 5_000,
    });
    expect(await configOf({ url: URL_, ...KUBERNETES })).to.deep.include({
      authMount: 'kubernetes',
      jwt: 'file:/var/run/secrets/kubernetes.io/serviceaccount/token',
    });
  });

  it('are refused by name, each mistake with its path', async () => {
    for (const [settings, complaint] of [
      [{ ...APPROLE, url: 'http://vault.example.com' }, 'url: must be https (plain http on this machine only)'],
      [{ ...APPROLE, url: 'https://a:b@vault.example.com' }, 'url: must be a URL address'],
      [{ ...APPROLE, url: 'https://vault.example.com?x=1' }, 'url: must be a URL address'],
      [{ ...APPROLE, url: URL_, secretId: 'the id itself' }, 'secretId: must be a reference such as'],
      [{ ...APPROLE, url: URL_, secretId: 'vault:kv/own#id' }, 'secretId: must be a reference such as'],
      [{ ...APPROLE, url: URL_, role: 'eucora' }, 'role: is not a setting of this plugin'],
      [{ ...KUBERNETES, url: URL_, roleId: 'r' }, 'roleId: is not a setting of this plugin'],
      [{ ...APPROLE, url: URL_, auth: 'token' }, 'auth: must be one of the following values: approle, kubernetes'],
      [{ ...APPROLE, url: URL_, authMount: '../sys' }, 'authMount: must be a path such as approle'],
      [{ ...APPROLE, url: URL_, namespace: 'a/../b' }, 'namespace: must be a path such as team/eucora'],
      [{ ...APPROLE, url: URL_, cacheSeconds: -1 }, 'cacheSeconds: must not be less than 0'],
      ['vault', 'must be an object'],
      [undefined, 'must be an object'],
    ] as const) {
      const result = await vaultConfig['~standard'].validate(settings);
      const said = result.issues?.map(describeIssue).join('\n') ?? 'nothing';
      expect(said).to.include(complaint);
    }
  });
});

const URL_ = 'https://vault.example.com:8200';
