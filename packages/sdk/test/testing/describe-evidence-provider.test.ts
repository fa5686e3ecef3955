import type { EvidenceItem, EvidenceProvider, Order } from '@eucora/sdk';
import { describeEvidenceProvider, givenOrder, givenPackage } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { runSuite } from './run-suite.js';

describeEvidenceProvider('a provider of sizes', { start: () => ({ provider: sizes }), orders: given() });

describe('the conformance suite of evidence providers', () => {
  const item: EvidenceItem = { kind: 'size', provider: 'sizes', facts: { bytes: 1 } };

  it('catches silence', () => caught(async () => [], 'no item at all'));
  it('catches an item of somebody else', () => caught(async () => [{ ...item, provider: 'x' }], 'names its provider'));
  it('catches proof and its absence at once', () =>
    caught(async () => [{ ...item, absent: 'none' }], 'needs facts or the reason'));
  it('catches a blob that is no digest', () => caught(async () => [{ ...item, blob: 'sbom.json' }], 'SHA-256'));
  it('catches what JSON cannot carry', () =>
    caught(async () => [{ ...item, facts: { at: new Date(0) } }], 'gives plain JSON'));

  it('catches another finding each time', () => {
    let asked = 0;
    return caught(async () => [{ ...item, facts: { bytes: ++asked } }], 'finds the same');
  });

  it('catches a hand in the order', () =>
    caught(async (_ctx, order) => {
      (order as { ring: string }).ring = 'global';
      return [item];
    }, 'leaves the order as it is'));
});

const sizes: EvidenceProvider = {
  name: 'sizes',
  async collect(ctx, { package: { artifact } }) {
    const bytes = await ctx.artifacts.open(artifact.sha256).catch(() => undefined);
    if (!bytes) return [{ kind: 'size', provider: 'sizes', absent: 'the artifact is not in the store' }];
    let size = 0;
    for await (const piece of bytes) size += piece.length;
    return [{ kind: 'size', provider: 'sizes', facts: { bytes: size }, blob: artifact.sha256 }];
  },
};

function given(): Readonly<Record<string, Order>> {
  return {
    'an artifact that is there': givenOrder(),
    'an artifact that is not there': givenOrder({ package: givenPackage({ version: '9.9.9' }) }),
  };
}

async function caught(collect: EvidenceProvider['collect'], by: string): Promise<void> {
  const start = () => ({ provider: { name: 'sizes', collect } });
  const { failures } = await runSuite(() => describeEvidenceProvider('a mutant', { start, orders: given() }));
  expect(failures.join('\n')).to.include(by);
}
