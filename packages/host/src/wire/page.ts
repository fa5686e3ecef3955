import { Optional, Text, Whole } from './fields.js';

export class PageQuery {
  @Optional() @Text() declare after?: string;
  @Optional() @Whole(1, 1_000) declare limit?: number;
}

export class NoQuery {}
