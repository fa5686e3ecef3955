import type { EvidenceItem, TestsFacts } from '@eucora/sdk';
import { givenOrder, givenPackage, memoryArtifacts, testContext } from '@eucora/sdk/testing';
import { testsEvidence } from '../src/index.js';

export interface Report {
  readonly content: string | Uint8Array;
  readonly fileName?: string;
}

/** An order whose package came with these reports, and a store that has them. */
export function givenReports(...reports: readonly Report[]) {
  const artifacts = memoryArtifacts();
  const documents = reports.map(({ content, fileName = 'report.xml' }) => ({
    ...artifacts.add(content),
    fileName,
    kind: 'tests' as const,
  }));
  return { order: givenOrder({ package: givenPackage({ documents }) }), ctx: testContext({ artifacts }) };
}

export async function itemsFor(...reports: readonly Report[]): Promise<readonly EvidenceItem[]> {
  const { order, ctx } = givenReports(...reports);
  return testsEvidence.collect(ctx, order);
}

export async function factsOfReport(content: string | Uint8Array): Promise<TestsFacts> {
  const [item] = await itemsFor({ content });
  if (!item?.facts) throw new Error(`no facts: ${item?.absent}`);
  return item.facts as unknown as TestsFacts;
}

export async function complaintAbout(content: string | Uint8Array): Promise<string> {
  const [item] = await itemsFor({ content });
  if (item?.absent === undefined) throw new Error(`no complaint: ${JSON.stringify(item?.facts)}`);
  return item.absent;
}
