import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeIssue,
  sha256Hex,
  type DocumentKind,
  type EvidenceDocument,
  type EvidenceItem,
  type EvidenceProvider,
  type Order,
} from '@eucora/sdk';
import { givenArtifact, givenOrder, givenPackage, memoryArtifacts, testContext } from '@eucora/sdk/testing';
import plugin from '../src/index.js';
import { WORKFLOW } from './sigstore-world.js';

export const ARTIFACT = givenArtifact();
export const DIGEST = sha256Hex(ARTIFACT);
export const SIGNER = { issuer: WORKFLOW.issuer, san: WORKFLOW.san };

const folder = mkdtempSync(join(tmpdir(), 'eucora-signature-'));
let files = 0;

after(() => rmSync(folder, { recursive: true, force: true }));

export const pathInFolder = (name: string): string => join(folder, name);

export function givenFile(content: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

export async function givenProvider(settings: object): Promise<EvidenceProvider> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'signature' });
}

export async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}

export interface Given {
  readonly kind: DocumentKind;
  readonly content: Uint8Array | string | object;
  readonly fileName?: string;
}

/** A package with these documents, and a store that has them. */
export function givenDocuments(documents: readonly Given[], artifact: Uint8Array = ARTIFACT) {
  const artifacts = memoryArtifacts(artifact);
  const added = documents.map(({ kind, content, fileName = `tool.${kind}.json` }): EvidenceDocument => {
    const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
    return { kind, fileName, ...artifacts.add(bytes) };
  });
  const of = { sha256: sha256Hex(artifact), size: artifact.length, fileName: 'tool.exe' };
  const order: Order = givenOrder({ package: givenPackage({ artifact: of, documents: added }) });
  return { order, ctx: testContext({ artifacts }) };
}

/** What the provider says of one document. */
export async function said(settings: object, document: Given, artifact?: Uint8Array): Promise<EvidenceItem> {
  const { order, ctx } = givenDocuments([document], artifact);
  const items = await (await givenProvider(settings)).collect(ctx, order);
  if (items.length !== 1) throw new Error(`${items.length} items for one document`);
  return items[0]!;
}

export async function absence(settings: object, document: Given, artifact?: Uint8Array): Promise<string> {
  const { absent, facts } = await said(settings, document, artifact);
  if (absent === undefined) throw new Error(`not absent: ${JSON.stringify(facts)}`);
  return absent;
}
