import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeIssue, sha256Hex, type GateAnswer, type GateFacts, type PolicyGate } from '@eucora/sdk';
import { givenFacts, testContext } from '@eucora/sdk/testing';
import plugin from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'eucora-opa-'));
let files = 0;

after(() => rmSync(folder, { recursive: true, force: true }));

/** A file of this content, and its digest. */
export function givenFile(content: Uint8Array | string) {
  const path = join(folder, `${++files}`);
  writeFileSync(path, content);
  return { path, sha256: sha256Hex(content) };
}

export async function givenGate(settings: object): Promise<PolicyGate> {
  const config = await plugin.config['~standard'].validate(settings);
  if (config.issues) throw new Error(config.issues.map(describeIssue).join('; '));
  return plugin.create(config.value, { id: 'opa' });
}

/** A gate that asks this module. */
export async function givenPolicy(wasm: Uint8Array, settings: object = {}): Promise<PolicyGate> {
  const { path, sha256 } = givenFile(wasm);
  return givenGate({ policy: path, sha256, ...settings });
}

/** Settings for a data file of this content. */
export function givenData(content: unknown) {
  const { path, sha256 } = givenFile(typeof content === 'string' ? content : JSON.stringify(content));
  return { data: path, dataSha256: sha256 };
}

export const answerOf = (gate: PolicyGate, facts: GateFacts = givenFacts()): Promise<GateAnswer> =>
  gate.evaluate(testContext(), facts);

export async function complaints(settings: unknown): Promise<string[]> {
  return ((await plugin.config['~standard'].validate(settings)).issues ?? []).map(describeIssue);
}
