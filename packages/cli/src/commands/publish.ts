import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EucoraError, readPlan, type SignedPlan } from '@eucora/sdk';
import { ASKING_OPTIONS, askingOf } from '../asking.js';
import { path } from '../client.js';
import type { Command, Input, Session } from '../command.js';
import { unreadable } from '../files.js';
import { flag, ring, text, texts } from '../input.js';
import { ask, follow, WAIT_OPTIONS } from '../rollouts.js';

export const publish: Command = {
  name: 'publish',
  permission: 'package.publish',
  summary: 'Roll an intent out to one ring',
  notes:
    'Asking is instant; the host does the work. Asking twice with one correlation id is asking once: the second time ' +
    'shows what came of the first, notes that it was done already, and exits 0. With --plan exactly the operations of the plan are done, and ' +
    'the first whose precondition no longer holds stops it. With --wait it exits 1 when the rollout ' +
    'failed, was halted or was taken back, and 3 when it was refused.',
  args: [{ flags: '[intent]', text: 'the intent, see eucora intents list; not with --plan' }],
  options: [
    { flags: '--ring <ring>', text: 'name or number (default: the first ring of the intent)' },
    { flags: '--plane <plane>', text: 'only these planes (default: all of the intent)', repeated: true },
    { flags: '--plan <file>', text: 'apply this signed plan; intent, ring, planes and correlation id are its own' },
    { flags: '--correlation-id <id>', text: 'the idempotency key (default: a new one)' },
    ...ASKING_OPTIONS,
    ...WAIT_OPTIONS,
  ],
  examples: [
    'eucora publish 0f7c --ring lab --wait',
    'eucora publish 0f7c --ring 1 --plane intune --correlation-id change-4711',
    'eucora publish --plan plan.json --wait',
  ],
  async run(session, input) {
    const plan = await planOf(session, input);
    const intent = intentOf(input, plan);
    const correlationId = text(input, 'correlationId') ?? plan?.plan.correlation_id ?? randomUUID();
    const asked = await ask(await session.client(), correlationId, {
      path: path`/api/deployments/intents/${intent}/publish/`,
      body: { ring: ring(input), planes: texts(input, 'plane'), ...askingOf(input), ...(plan && { plan }) },
    });
    return follow(session, asked, { wait: flag(input, 'wait'), kind: 'publish' });
  },
};

/** @throws EucoraError `PLAN_INVALID` when any byte of the file is not as it was written */
async function planOf({ io }: Session, input: Input): Promise<SignedPlan | undefined> {
  const file = text(input, 'plan');
  if (file === undefined) return undefined;
  const content = await readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return readPlan(content);
}

function intentOf({ args }: Input, plan: SignedPlan | undefined): string {
  const [named, planned] = [args[0], plan?.plan.intent_id];
  if (named === undefined && planned === undefined)
    throw new EucoraError('INPUT_INVALID', {
      what: 'neither an intent nor a plan was named',
      remedy: 'eucora publish --help',
    });
  if (named === undefined || planned === undefined || named === planned) return (named ?? planned)!;
  throw new EucoraError('PLAN_INVALID', { what: `the plan is for intent ${planned}, not ${named}` });
}
