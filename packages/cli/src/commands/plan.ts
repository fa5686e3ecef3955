import { path } from '../client.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { ring, texts } from '../input.js';
import { planText } from '../plans.js';
import type { PlanView } from '../wire.js';

export const plan: Command = {
  name: 'plan',
  summary: 'Show what a publish would do, and what the gates say to it; writes nothing anywhere',
  notes: 'Exits 3 when a gate would refuse.',
  args: [{ flags: '<intent>', text: 'the intent, see eucora intents list' }],
  options: [
    { flags: '--ring <ring>', text: 'name or number (default: the first ring of the intent)' },
    { flags: '--plane <plane>', text: 'only these planes (default: all of the intent)', repeated: true },
  ],
  examples: ['eucora plan 0f7c', 'eucora plan 0f7c --ring canary --plane intune'],
  async run(session, input) {
    const client = await session.client();
    session.progress.say('asking the planes');
    const planned = await client.request<PlanView>({
      method: 'POST',
      path: path`/api/deployments/intents/${input.args[0]!}/plan/`,
      body: { ring: ring(input), planes: texts(input, 'plane') },
    });
    return {
      document: planned,
      text: () => planText(planned),
      exitCode: planned.decision === 'deny' ? EXIT.refused : EXIT.ok,
    };
  },
};
