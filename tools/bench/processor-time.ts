import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever its kernel does. */
const TICK_US = 10_000;

/**
 * Microseconds of processor time that this process and everything under it have used so far: the contenders, their servers
 * and those servers' processes. Undefined where there is no `/proc`.
 *
 * Others on the machine take time away but do not add to it, so it still tells what work costs where rates are void.
 */
export function processorTime(root = process.pid): number | undefined {
  const used = new Map<number, { parent: number; ticks: number }>();
  try {
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name)) used.set(Number(name), statOf(name));
    }
  } catch {
    return undefined;
  }
  const isOurs = (pid: number): boolean => pid === root || (used.has(pid) && isOurs(used.get(pid)!.parent));
  let ticks = 0;
  for (const [pid, stat] of used) if (isOurs(pid)) ticks += stat.ticks;
  return ticks * TICK_US;
}

/** proc(5): after the name in parentheses come state, parent, …, utime (14th) and stime (15th). */
function statOf(pid: string): { parent: number; ticks: number } {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return { parent: 0, ticks: 0 }; // It has ended in the meantime.
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}
