type Step = () => unknown;
type Kind = 'before' | 'after' | 'it';
const NAMES = ['describe', 'it', 'before', 'after'] as const;

/** Runs a suite apart from the one that is running. @returns the titles of the tests that failed */
export async function failuresOf(suite: () => void): Promise<string[]> {
  const steps: Record<Kind, { title: string; step: Step }[]> = { before: [], it: [], after: [] };
  const globals = globalThis as unknown as Record<string, unknown>;
  const originals = NAMES.map((name) => [name, globals[name]] as const);

  globals['describe'] = (_title: string, body: Step) => body();
  globals['it'] = (title: string, step: Step) => steps.it.push({ title, step });
  globals['before'] = (step: Step) => steps.before.push({ title: 'before', step });
  globals['after'] = (step: Step) => steps.after.push({ title: 'after', step });
  try {
    suite();
  } finally {
    for (const [name, original] of originals) globals[name] = original;
  }

  const failed: string[] = [];
  for (const { title, step } of [...steps.before, ...steps.it, ...steps.after]) {
    try {
      await step();
    } catch {
      failed.push(title);
    }
  }
  return failed;
}
