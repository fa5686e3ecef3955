import type { Input, Parameter } from './command.js';
import { text, texts } from './input.js';
import type { EventView } from './wire.js';

export const EVENT_OPTIONS: readonly Parameter[] = [
  { flags: '--correlation-id <id>', text: 'only what belongs to this request' },
  { flags: '--type <type>', text: 'only events of these types', repeated: true },
];

export const eventQuery = (input: Input) => ({
  correlation_id: text(input, 'correlationId'),
  event_type: texts(input, 'type')?.join(','),
});

const SUMMARY_LENGTH = 80;

/** The beginning of an event's data; all of it is in the JSON. */
export function eventSummary({ event_data }: EventView): string {
  const data = JSON.stringify(event_data) ?? '';
  return data.length > SUMMARY_LENGTH ? `${data.slice(0, SUMMARY_LENGTH - 1)}…` : data;
}
