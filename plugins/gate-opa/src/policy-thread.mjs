// The thread in which a policy runs: what loops in here can be ended from outside. Plain JavaScript, so that it starts the
// same way from the sources and from a build, with no loader.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPolicy } from '@open-policy-agent/opa-wasm';

/** Characters of an answer. Decisions have some hundred. */
const LONGEST_ANSWER = 1_000_000;

/** 64 KiB each. A policy that declares more memory than it finds does not load, and every OPA module declares some. */
const PAGES_AT_FIRST = 256;

/** @type {{ wasm: Uint8Array, data?: string, entrypoint: string, pages: number }} */
const { wasm, data, entrypoint, pages } = workerData;
const encoder = new TextEncoder();

/** @type {import('@open-policy-agent/opa-wasm').LoadedPolicy | undefined} */
let policy;

async function load() {
  const loaded = await loadPolicy(wasm, { initial: Math.min(PAGES_AT_FIRST, pages), maximum: pages });
  if (data !== undefined) loaded.setData(encoder.encode(data).buffer);
  return loaded;
}

/** @param {string} input JSON */
async function answer(input) {
  try {
    policy ??= await load();
    const results = JSON.stringify(policy.evaluate(encoder.encode(input).buffer, entrypoint));
    if (results.length > LONGEST_ANSWER) return { failure: 'its answer is longer than a million characters' };
    return { results };
  } catch (cause) {
    return { failure: textOf(cause) };
  }
}

/**
 * OPA's library throws strings and bare objects as well.
 * @param {unknown} cause
 */
function textOf(cause) {
  if (cause instanceof Error) return `${cause.name}: ${cause.message}`;
  if (typeof cause === 'object' && cause !== null && 'message' in cause) return String(cause.message);
  return String(cause);
}

parentPort?.on('message', (input) => void answer(input).then((said) => parentPort?.postMessage(said)));
parentPort?.postMessage('ready');
