import { deny, reasonOf, type PolicyGate } from '@eucora/sdk';
import { answerOf } from './answer.js';
import type { OpaConfig } from './config.js';
import { inputOf } from './input.js';
import { readPolicyFiles } from './policy-files.js';
import { policyRunner, type PolicyRunner } from './policy-runner.js';

/**
 * Asks a Rego policy. What was pinned is read when the first question comes, and kept: a file that changes later changes
 * nothing, and one that had changed before denies until it is put right. The policy reaches nothing but its input and its data.
 *
 * @param name of the gate, by which waivers speak to it: the connector id, as several policies may be registered
 */
export function opaGate(name: string, config: OpaConfig): PolicyGate {
  let runner: Promise<PolicyRunner> | undefined;
  const start = async () => policyRunner(await readPolicyFiles(config), config);
  const forget = () => (runner = undefined);

  return {
    name,
    async evaluate(ctx, facts) {
      try {
        runner ??= start();
        runner.catch(forget);
        return answerOf(await (await runner).ask(inputOf(facts), ctx.signal), name, facts);
      } catch (cause) {
        ctx.signal.throwIfAborted();
        return deny(`the policy ${config.entrypoint} ${reasonOf(cause)}`);
      }
    },
  };
}
