/// <reference types="mocha" />
import assert from 'node:assert/strict';
import type { Context } from '../../context.js';
import type { EvidenceProvider } from '../../evidence-provider.js';
import type { Order } from '../../vocabulary.js';
import { testContext } from '../context.js';
import { deepFrozen } from './deep-frozen.js';

export interface StartedProvider {
  readonly provider: EvidenceProvider;
  readonly ctx?: Context;
}

export interface EvidenceProviderUnderTest {
  start(): StartedProvider | Promise<StartedProvider>;
  /** Orders by what they stand for, e.g. `{ 'a package with an SBOM': order }`. Best one with proof and one without. */
  readonly orders: Readonly<Record<string, Order>>;
}

/** What it takes to be an evidence provider. */
export function describeEvidenceProvider(name: string, given: EvidenceProviderUnderTest): void {
  describe(`${name} is an evidence provider`, () => {
    for (const [situation, order] of Object.entries(given.orders)) {
      it(`finds proof, or says why there is none: ${situation}`, async () => {
        const { provider, ctx = testContext() } = await given.start();
        const items = await provider.collect(ctx, order);
        assert.ok(items.length > 0, 'no item at all: an absence is an item with its reason');
        for (const item of items) {
          assert.match(item.kind, /^[a-z][a-z0-9_]*$/, 'a kind is snake_case');
          assert.equal(item.provider, provider.name, 'an item names its provider');
          assert.ok(
            (item.facts === undefined) !== (item.absent === undefined),
            `${item.kind} needs facts or the reason of their absence`,
          );
          if (item.absent !== undefined) assert.match(item.absent, /\S/);
          if (item.blob !== undefined) assert.match(item.blob, /^[0-9a-f]{64}$/, 'a blob is named by its SHA-256');
        }
      });

      it(`gives plain JSON: ${situation}`, async () => {
        const { provider, ctx = testContext() } = await given.start();
        const items = await provider.collect(ctx, order);
        assert.deepEqual(JSON.parse(JSON.stringify(items)), items);
      });

      it(`finds the same when asked again: ${situation}`, async () => {
        const { provider, ctx = testContext() } = await given.start();
        const first = await provider.collect(ctx, order);
        assert.deepEqual(await provider.collect(ctx, order), first);
      });

      it(`works while nothing may be written, and leaves the order as it is: ${situation}`, async () => {
        const { provider, ctx = testContext() } = await given.start();
        await assert.doesNotReject(provider.collect({ ...ctx, readOnly: true }, deepFrozen(structuredClone(order))));
      });
    }
  });
}
