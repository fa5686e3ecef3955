import Mocha from 'mocha';

export interface SuiteResult {
  readonly passes: readonly string[];
  readonly failures: readonly string[];
  readonly skipped: readonly string[];
}

const WORDS = ['describe', 'it', 'before', 'beforeEach', 'after', 'afterEach'] as const;

class Silent extends Mocha.reporters.Base {}

/** Runs a suite in a mocha of its own, inside the one that runs us, and says what came of it. */
export async function runSuite(define: () => void): Promise<SuiteResult> {
  const mocha = new Mocha({ reporter: Silent, timeout: 0 });
  const words: Record<string, unknown> = {};
  mocha.suite.emit('pre-require', words, '', mocha);

  const world = globalThis as unknown as Record<string, unknown>;
  const ours = Object.fromEntries(WORDS.map((word) => [word, world[word]]));
  try {
    for (const word of WORDS) world[word] = words[word];
    define();
  } finally {
    Object.assign(world, ours);
  }

  const passes: string[] = [];
  const failures: string[] = [];
  const skipped: string[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      // It would go on listening for rejections that nobody handles, and hand them to the mocha around it, and back.
      runner.dispose();
      resolve();
    });
    runner
      .on('pass', (test) => passes.push(test.title))
      .on('fail', (test, error: Error) => failures.push(`${test.title}: ${error.message}`))
      .on('pending', (test) => skipped.push(test.title));
  });
  return { passes, failures, skipped };
}
