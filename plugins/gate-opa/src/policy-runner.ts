import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EucoraError } from '@eucora/sdk';
import type { OpaConfig } from './config.js';
import type { PolicyFiles } from './policy-files.js';

const THREAD = new URL(import.meta.url.endsWith('.ts') ? './policy-thread.mjs' : './policy-thread.js', import.meta.url);

/** An idle thread is kept this long: a burst of questions shares one, and none is left behind. */
const IDLE_MS = 1_000;

/** Of JavaScript, beside the policy's own memory: the library, and the text that goes in and out. */
const THREAD_HEAP_MB = 128;

const PAGES_PER_MB = 16;

export interface PolicyRunner {
  /**
   * What the policy says to an input, both in JSON. One question at a time. A thread that failed is never asked again.
   *
   * @throws EucoraError `GATE_DENIED` when it fails, or does not answer before its deadline
   */
  ask(input: string, signal: AbortSignal): Promise<string>;
}

type Answer = { readonly results: string } | { readonly failure: string };

export function policyRunner(files: PolicyFiles, config: OpaConfig): PolicyRunner {
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const end = () => {
    const ended = thread;
    thread = undefined;
    return ended?.terminate();
  };

  const askNow = async (input: string, signal: AbortSignal): Promise<string> => {
    clearTimeout(idle);
    signal.throwIfAborted();
    try {
      thread ??= await started(files, config, (worker) => (thread = worker), signal);
      thread.ref();
      const answer = await answered(thread, input, config.deadlineMs, signal);
      if ('failure' in answer) throw failed(explained(answer.failure));
      thread.unref();
      idle = setTimeout(() => void end(), IDLE_MS).unref();
      return answer.results;
    } catch (cause) {
      await end();
      throw cause;
    }
  };

  return {
    ask(input, signal) {
      const answer = turn.then(() => askNow(input, signal));
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Without the host's environment, without its options, and what it prints is dropped. */
async function started(
  files: PolicyFiles,
  { entrypoint, memoryMb }: OpaConfig,
  hold: (worker: Worker) => void,
  signal: AbortSignal,
): Promise<Worker> {
  const worker = new Worker(THREAD, {
    workerData: { ...files, entrypoint, pages: memoryMb * PAGES_PER_MB },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  hold(worker);
  worker.on('error', () => undefined);
  worker.stdout.resume();
  worker.stderr.resume();
  await once(worker, 'message', { signal });
  return worker;
}

async function answered(worker: Worker, input: string, deadlineMs: number, signal: AbortSignal): Promise<Answer> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const heard = once(worker, 'message', { signal: AbortSignal.any([signal, deadline]) });
  worker.postMessage(input);
  try {
    const [answer] = (await heard) as [Answer];
    return answer;
  } catch (cause) {
    signal.throwIfAborted();
    if (deadline.aborted) throw failed(`did not answer within ${deadlineMs} ms`);
    throw failed(`broke off: ${String(cause)}`);
  }
}

/** In the words of somebody who has to repair the policy. */
function explained(failure: string): string {
  const builtin = /not implemented: built-in function \d+: (.+)/.exec(failure)?.[1];
  if (builtin) return `calls the built-in function ${builtin}, which a policy cannot use here`;
  if (/entrypoint .* is not valid/.test(failure)) return `has no such entrypoint (${failure})`;
  return `failed: ${failure}`;
}

const failed = (what: string) => new EucoraError('GATE_DENIED', { what });
