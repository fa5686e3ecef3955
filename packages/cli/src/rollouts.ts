import { EucoraError, isEucoraError, reasonOf } from '@eucora/sdk';
import type { Client, Request } from './client.js';
import type { Answer, Parameter, Session } from './command.js';
import { EXIT, exitCodeOfRollout } from './exit-codes.js';
import { problemOf } from './problem.js';
import { table } from './text.js';
import { waitForEnd, type Which } from './wait.js';
import { hasEnded, type RolloutView, type RunView } from './wire.js';

export const WAIT_OPTIONS: readonly Parameter[] = [
  { flags: '--wait', text: 'wait for the end and show progress; Ctrl-C stops waiting, not the work' },
  { flags: '--no-wait', text: 'answer at once (the default)' },
];

/** Asks for a rollout under its correlation id; asking twice is asking once, and the second answer is the first outcome. */
export async function ask(
  client: Client,
  correlationId: string,
  request: Pick<Request, 'path'> & { readonly body: object },
): Promise<{ readonly rollout: RolloutView; readonly again: boolean }> {
  try {
    const body = { ...request.body, correlation_id: correlationId };
    const sent = { method: 'POST', path: request.path, body, idempotencyKey: correlationId } as const;
    return { rollout: await client.request<RolloutView>(sent), again: false };
  } catch (cause) {
    const first = firstOutcome(cause);
    if (first) return { rollout: first, again: true };
    throw withKey(cause, correlationId);
  }
}

function firstOutcome(cause: unknown): RolloutView | undefined {
  if (!isEucoraError(cause) || cause.code !== 'DUPLICATE_REQUEST') return undefined;
  return problemOf(cause).outcome as RolloutView | undefined;
}

/** When no answer came, the request may have been heard: its key must not get lost. */
function withKey(cause: unknown, correlationId: string): unknown {
  if (!isEucoraError(cause) || cause.code !== 'HOST_UNREACHABLE') return cause;
  return new EucoraError('HOST_UNREACHABLE', {
    what: reasonOf(cause),
    remedy: `${cause.remedy} If it was heard, it was heard as ${correlationId}: repeat with --correlation-id ${correlationId}, which does it once.`,
    details: { correlation_id: correlationId },
    cause,
  });
}

/** The answer of a command that started a rollout: at once, or when it has ended. */
export async function follow(
  session: Session,
  { rollout, again }: { readonly rollout: RolloutView; readonly again: boolean },
  { wait, kind }: { readonly wait: boolean; readonly kind: Which },
): Promise<Answer> {
  const note = again ? ['Already done: this correlation id was used before, and this is what came of it.'] : [];
  if (!wait) return { document: rollout, text: async () => [...note, await rolloutText(rollout)].join('\n') };

  const { rollout: last, interrupted } = await waitForEnd(session, rollout, kind);
  if (interrupted) {
    session.io.stderr.write(
      `Stopped waiting; the ${last.kind} goes on.\n-> eucora status ${last.correlation_id} --watch\n`,
    );
    return { exitCode: EXIT.interrupted };
  }
  return {
    document: last,
    text: async () => [...note, await rolloutText(last)].join('\n'),
    exitCode: exitCodeOfRollout(last),
  };
}

export async function rolloutText(rollout: RolloutView): Promise<string> {
  const { kind, correlation_id, intent_id, ring, status, runs } = rollout;
  const rows = runs.map((run) => [run.plane, run.status, run.step, devices(run), run.operations.length, noteOf(run)]);
  return [
    `${kind} ${correlation_id} of intent ${intent_id} to ${ring}: ${status}`,
    '',
    await table(['plane', 'status', 'step', 'installed', 'operations', 'note'], rows),
    ...runs.flatMap(({ plane, evidence, pack }) =>
      pack ? [`evidence pack for ${plane}: ${pack}`] : evidence ? [`evidence for ${plane}: ${evidence}`] : [],
    ),
    ...(rollout.rollback ? ['', await rolloutText(rollout.rollback)] : []),
    ...nextStep(rollout),
  ].join('\n');
}

function devices({ compliance }: RunView): string | undefined {
  if (!compliance) return undefined;
  const { installed, targeted, failed, success_rate } = compliance;
  return `${installed} of ${targeted} (${success_rate} %)${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** The latest thing that a person should know of a run. */
const noteOf = ({ last_error, reason, verdicts, status }: RunView): string | undefined => {
  if (reason) return reason;
  if (last_error && status !== 'SETTLED') return `${last_error.code}: ${last_error.what}`;
  return verdicts.filter(({ decision }) => decision !== 'allow').flatMap(({ reasons }) => reasons)[0];
};

function nextStep(rollout: RolloutView): readonly string[] {
  const { status, correlation_id, rollback } = rollout;
  if (rollback) return [];
  if (status === 'AWAITING_APPROVAL') return ['', '-> eucora approvals list'];
  return hasEnded(rollout) ? [] : ['', `-> eucora status ${correlation_id} --watch`];
}
