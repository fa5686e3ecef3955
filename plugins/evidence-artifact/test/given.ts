import type { EvidenceItem, Order } from '@eucora/sdk';
import { givenOrder, givenPackage, memoryArtifacts, testContext, type TestContext } from '@eucora/sdk/testing';
import { artifactEvidence } from '../src/index.js';

export interface Given {
  readonly order: Order;
  readonly ctx: TestContext;
}

export function givenArtifactOf(bytes: Uint8Array, fileName = 'tool.bin'): Given {
  const artifacts = memoryArtifacts();
  const artifact = { ...artifacts.add(bytes), fileName };
  return { order: givenOrder({ package: givenPackage({ artifact }) }), ctx: testContext({ artifacts }) };
}

export async function evidenceOf({ order, ctx }: Given): Promise<EvidenceItem> {
  const items = await artifactEvidence.collect(ctx, order);
  if (items.length !== 1) throw new Error(`${items.length} items about one artifact`);
  return items[0]!;
}

export const formatOfBytes = async (bytes: Uint8Array): Promise<unknown> =>
  (await evidenceOf(givenArtifactOf(bytes))).facts?.format;
