import { path } from '../client.js';
import type { Command } from '../command.js';
import { DRIFT_HEAD, driftRow } from '../drift.js';
import { text } from '../input.js';
import { LIST_OPTIONS, listAnswer, readList } from '../lists.js';
import type { DriftView } from '../wire.js';

export const driftList: Command = {
  name: 'drift list',
  permission: 'telemetry.read',
  byDefault: true,
  summary: 'List the drift that was found; eucora drift alone means the same',
  options: [
    { flags: '--status <status>', text: 'DETECTED, REMEDIATED, RESOLVED, MANUAL_REVIEW or CAB_ESCALATION' },
    ...LIST_OPTIONS,
  ],
  examples: ['eucora drift', 'eucora drift list --status MANUAL_REVIEW'],
  async run(session, input) {
    const client = await session.client();
    const request = { path: path`/api/drift/`, query: { status: text(input, 'status') } };
    return listAnswer(await readList<DriftView>(client, request, input), {
      head: DRIFT_HEAD,
      row: driftRow,
      empty: 'No such drift was found.\n-> eucora reconcile compares now',
    });
  },
};
