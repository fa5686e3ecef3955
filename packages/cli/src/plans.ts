import { count, table } from './text.js';
import type { PlanView } from './wire.js';

type PlannedRun = PlanView['runs'][number];

const MEANING = {
  allow: 'the gates allow it',
  deny: 'a gate refuses it',
  needs_approval: 'it needs an approval',
} as const;

/** A plan for a person: what would be done first, then why it may or may not be. */
export async function planText({ intent_id, ring, decision, runs }: PlanView, file?: string): Promise<string> {
  const planes = await Promise.all(runs.map(runText));
  return [
    `plan of intent ${intent_id} to ${ring}: ${MEANING[decision]}`,
    ...planes,
    decision === 'deny'
      ? 'Nothing was written.'
      : file === undefined
        ? `Nothing was written.\n-> eucora publish ${intent_id} --ring ${ring}`
        : `Nothing was written but the signed plan to ${file}.\n-> eucora publish --plan ${file}`,
  ].join('\n\n');
}

async function runText({ plane, operations, risk, verdicts, evidence }: PlannedRun): Promise<string> {
  const factors = risk.factors.filter(({ contribution }) => contribution > 0);
  return [
    `${plane}: ${operationsHead(operations)}`,
    ...(operations?.length
      ? [
          indented(
            await table(
              ['phase', 'operation', 'key'],
              operations.map(({ phase, summary, key }) => [phase, summary, key]),
            ),
          ),
        ]
      : []),
    `  risk ${risk.score} of 100`,
    ...factors.map(({ name, contribution, because }) => `    ${name} +${contribution}: ${because}`),
    ...verdicts.map(({ gate, decision, reasons }) => `  gate ${gate}: ${[decision, ...reasons].join('; ')}`),
    ...evidence.map(
      ({ kind, provider, absent }) => `  evidence ${kind} (${provider})${absent ? `: absent, ${absent}` : ''}`,
    ),
  ].join('\n');
}

function operationsHead(operations: PlannedRun['operations']): string {
  if (!operations) return 'this plane cannot say beforehand what it would do';
  return operations.length === 0
    ? 'nothing to do, it is there already'
    : `${count(operations.length, 'operation')} to do`;
}

const indented = (lines: string) => lines.replace(/^/gm, '  ');
