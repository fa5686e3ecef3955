import { EucoraError } from '@eucora/sdk';
import { path } from '../client.js';
import type { Command, Input } from '../command.js';
import { text, texts, wholeNumber } from '../input.js';
import type { WaiverView } from '../wire.js';

export const waiversGrant: Command = {
  name: 'waivers grant',
  permission: 'exception.approve',
  summary: 'Let a gate pass over something, for a reason and a time',
  notes: 'It waives nothing in runs that you ask for, or of packages that you made.',
  args: [{ flags: '<gate>', text: 'name of the gate: vulnerabilities, evidence, freeze-window, …' }],
  options: [
    { flags: '--waive <what>', text: 'in the words of the gate: CVE-2026-12345, sbom', required: true, repeated: true },
    { flags: '--package <package>', text: 'a name, or one version of it: esbuild@0.25.1', required: true },
    { flags: '--ring <ring>', text: 'only these rings (default: all)', repeated: true },
    { flags: '--reason <reason>', text: 'why, for the audit trail', required: true },
    { flags: '--days <days>', text: 'for so long, at most 366 (default: 30)' },
    { flags: '--until <time>', text: 'in place of --days: ISO 8601' },
  ],
  examples: [
    'eucora waivers grant vulnerabilities --waive CVE-2026-12345 --package esbuild@0.25.1 --reason "the parser is not reachable" --days 14',
  ],
  async run(session, input) {
    const client = await session.client();
    const waiver = await client.request<WaiverView>({
      method: 'POST',
      path: path`/api/waivers/`,
      body: {
        gate: input.args[0]!,
        subjects: texts(input, 'waive'),
        package: text(input, 'package'),
        rings: texts(input, 'ring'),
        reason: text(input, 'reason'),
        expires_at: untilOf(input),
      },
    });
    return {
      document: waiver,
      text: () =>
        `Granted ${waiver.id}: ${waiver.gate} passes over ${waiver.subjects.join(', ')} until ${waiver.expires_at}`,
    };
  },
};

function untilOf(input: Input): string {
  const [until, days] = [text(input, 'until'), wholeNumber(input, 'days', { from: 1, to: 366 })];
  if (until === undefined) return new Date(Date.now() + (days ?? 30) * 86_400_000).toISOString();
  if (days === undefined && !Number.isNaN(Date.parse(until))) return new Date(until).toISOString();
  throw new EucoraError('INPUT_INVALID', {
    what: days === undefined ? `--until ${until} is no time` : '--until and --days say the same thing twice',
  });
}
