import type { EucoraError } from '@eucora/sdk';
import type { RolloutView } from './wire.js';

export const EXIT = {
  ok: 0,
  error: 1,
  /** Who asks may not. */
  denied: 2,
  /** A gate or an approver said no. */
  refused: 3,
  /** Ctrl-C, as shells count it: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const DENIED: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'SELF_APPROVAL', 'APPROVER_NOT_ALLOWED']);
const REFUSED: ReadonlySet<string> = new Set([
  'GATE_DENIED',
  'RING_NOT_READY',
  'APPROVAL_REJECTED',
  'SCOPE_TOO_LARGE',
  'APPROVAL_EXPIRED',
  'PLAN_STALE',
]);

export function exitCodeOf({ code }: Pick<EucoraError, 'code'>): ExitCode {
  if (DENIED.has(code)) return EXIT.denied;
  return REFUSED.has(code) ? EXIT.refused : EXIT.error;
}

/** What it means for a script that waited for it. */
export function exitCodeOfRollout({ status }: Pick<RolloutView, 'status'>): ExitCode {
  if (status === 'REFUSED') return EXIT.refused;
  return ['FAILED', 'HALTED', 'ROLLED_BACK'].includes(status) ? EXIT.error : EXIT.ok;
}
