import { mkdtemp } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { openScope } from './scope.js';
import { intake, acceptedPublishes } from './figures/accepted.js';
import { startContender } from './contender.js';
const scope = openScope();
const bench = { scope, temporary: await mkdtemp('/tmp/eucora-bench-'), output: '', sliceMs: 1000, rounds: 5, seed: Number(process.argv[2] ?? 7), left: () => 0 };
const stat = () => { const m = new Map<number, { n: string; p: number; u: number; s: number }>(); for (const d of readdirSync('/proc')) if (/^\d+$/.test(d)) try { const t = readFileSync(`/proc/${d}/stat`, 'utf8'); const f = t.slice(t.lastIndexOf(')') + 2).split(' '); const c = readFileSync(`/proc/${d}/cmdline`, 'utf8').split('\0').join(' '); m.set(+d, { n: c.replace(/\d+\.\d+\.\d+\.\d+\(\d+\)/, '').slice(0, 110), p: +f[1]!, u: +f[11]!, s: +f[12]! }); } catch {} return m; };
const g = await intake(bench, scope);
const ours = scope.own(await acceptedPublishes(g, scope, process.argv.slice(3)));

for (const [name, c] of [['ours', ours]] as const) {
  await c.slice(4000);
  const a = stat(); const s = await c.slice(5000); const b = stat();
  console.log(name, (s.done / s.ms * 1000).toFixed(0), '/s');
  const mine = (p: number): boolean => p === process.pid || (b.has(p) && mine(b.get(p)!.p));
  const o = new Map<string, number[]>();
  for (const [pid, v] of b) if (mine(pid)) { const w = a.get(pid); const x = o.get(v.n) ?? [0, 0]; x[0]! += v.u - (w?.u ?? 0); x[1]! += v.s - (w?.s ?? 0); o.set(v.n, x); }
  for (const [n, [u, sy]] of [...o].sort((x, y) => y[1][0]! + y[1][1]! - x[1][0]! - x[1][1]!).slice(0, 6)) console.log('  ', ((u! + sy!) * 1e4 / s.done).toFixed(0).padStart(4), 'us (user', (u! * 1e4 / s.done).toFixed(0), 'sys', (sy! * 1e4 / s.done).toFixed(0) + ')', n);
}
await scope.close(); process.exit(0);
