import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other, now and after a restart of the machine. Empty where the system does not say. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks from boot to its start: a process number is used again, with another start. */
  readonly started: string;
  /** Changes with every boot. */
  readonly boot: string;
  /** Process numbers of two containers mean different things. */
  readonly namespace: string;
  readonly host: string;
}

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  started: startOf(process.pid),
  boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  namespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  host: hostname(),
});

/** `unknown` for a process of another machine or container: its number tells us nothing. */
export function stateOf(other: ProcessIdentity, own: ProcessIdentity = ownIdentity()): 'alive' | 'dead' | 'unknown' {
  if (other.host !== own.host || other.namespace !== own.namespace) return 'unknown';
  if (other.boot !== own.boot) return 'dead';
  return isRunning(other.pid) && startOf(other.pid) === other.started ? 'alive' : 'dead';
}

/** Field 22 of /proc/pid/stat, counted after the name, which may hold anything; see proc(5). */
const startOf = (pid: number): string =>
  attempt(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
