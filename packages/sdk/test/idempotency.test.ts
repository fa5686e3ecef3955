import { idempotencyKey } from '@eucora/sdk';
import { expect } from 'chai';

describe('an idempotency key', () => {
  it('is short for people and whole for comparison', () => {
    const key = idempotencyKey('intune', 'deploy_app', { app: 'esbuild', version: '0.25.1' });
    expect(key.short).to.match(/^intune:deploy_app:[0-9a-f]{12}$/);
    expect(key.full).to.match(/^[0-9a-f]{64}$/);
  });

  it('does not depend on the order of the parameters', () => {
    expect(idempotencyKey('p', 'o', { a: 1, b: { c: 2, d: 3 } })).to.deep.equal(
      idempotencyKey('p', 'o', { b: { d: 3, c: 2 }, a: 1 }),
    );
  });

  it('differs when connector, operation or a parameter differs', () => {
    const keys = [
      idempotencyKey('p', 'o', { a: 1 }),
      idempotencyKey('q', 'o', { a: 1 }),
      idempotencyKey('p', 'x', { a: 1 }),
      idempotencyKey('p', 'o', { a: 2 }),
    ];
    expect(new Set(keys.map(({ full }) => full)).size).to.equal(4);
  });
});
