import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EucoraError, planText as fileText, requirePlan } from '@eucora/sdk';
import { ASKING_OPTIONS, askingOf } from '../asking.js';
import { path } from '../client.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { ring, text, texts } from '../input.js';
import { planText } from '../plans.js';
import type { PlanView } from '../wire.js';

export const plan: Command = {
  name: 'plan',
  permission: 'deployment.read',
  summary: 'Show what a publish would do, and what the gates say to it; writes nothing anywhere',
  notes:
    'Exits 3 when a gate would refuse. With -o the plan is written as the host signed it; eucora publish --plan applies exactly its operations, ' +
    'once, before it expires.',
  args: [{ flags: '<intent>', text: 'the intent, see eucora intents list' }],
  options: [
    { flags: '--ring <ring>', text: 'name or number (default: the first ring of the intent)' },
    { flags: '--plane <plane>', text: 'only these planes (default: all of the intent)', repeated: true },
    { flags: '--correlation-id <id>', text: 'the one that the publish will have (default: a new one)' },
    { flags: '-o, --output <file>', text: 'write the signed plan to this file' },
    ...ASKING_OPTIONS,
  ],
  examples: ['eucora plan 0f7c', 'eucora plan 0f7c --ring canary --plane intune', 'eucora plan 0f7c -o plan.json'],
  async run(session, input) {
    const client = await session.client();
    session.progress.say('asking the planes');
    const planned = await client.request<PlanView>({
      method: 'POST',
      path: path`/api/deployments/intents/${input.args[0]!}/plan/`,
      body: {
        ring: ring(input),
        planes: texts(input, 'plane'),
        correlation_id: text(input, 'correlationId'),
        ...askingOf(input),
      },
    });
    const file = text(input, 'output');
    if (file !== undefined) await writeFile(resolve(session.io.cwd, file), fileText(signedOf(planned)));
    return {
      document: planned,
      text: () => planText(planned, file),
      exitCode: planned.decision === 'deny' ? EXIT.refused : EXIT.ok,
    };
  },
};

function signedOf({ signed_plan }: PlanView) {
  if (signed_plan !== undefined) return requirePlan(signed_plan);
  throw new EucoraError('CAPABILITY_MISSING', {
    what: 'one of the planes cannot say beforehand what it would do, so there is no plan to sign',
    remedy: 'Choose other planes with --plane, or publish without a plan.',
  });
}
