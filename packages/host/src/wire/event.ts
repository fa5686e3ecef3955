import { Anything, Digest, Flag, Hinted, Instant, ListOf, Name, Nested, Optional, Text, Whole } from './fields.js';

const LAST = Number.MAX_SAFE_INTEGER;

export class EventQuery {
  @Hinted({ description: 'Exclusive; 0 reads from the start.' }) @Optional() @Whole(0, LAST) declare after?: number;
  @Optional() @Whole(1, 1_000) declare limit?: number;
  @Optional() @Name() declare correlation_id?: string;
  @Hinted({ description: 'Several with commas between them.' }) @Optional() @Text() declare event_type?: string;
}

export class EventAnswer {
  @Whole(1, LAST) declare position: number;
  @Text() declare stream: string;
  @Whole(1, LAST) declare version: number;
  @Text() declare correlation_id: string;
  @Text() declare event_type: string;
  @Anything() declare event_data: unknown;
  @Text() declare actor: string;
  @Instant() declare created_at: string;
  @Digest() declare prev_hash: string;
  @Digest() declare hash: string;
}

export class EventPage {
  @ListOf(() => EventAnswer) declare items: EventAnswer[];
  @Hinted({ description: 'Give it as `after` to go on; absent when there was no more.' })
  @Optional()
  @Whole(0, LAST)
  declare next?: number;
}

export class ChainBreakAnswer {
  @Hinted({ description: 'The first event that does not fit.' }) @Whole(1, LAST) declare position: number;
  @Text() declare reason: string;
}

export class VerifyAnswer {
  @Flag() declare intact: boolean;
  @Whole(0, LAST) declare events: number;
  @Digest() declare head: string;
  @Optional() @Nested(() => ChainBreakAnswer) declare broken?: ChainBreakAnswer;
}
