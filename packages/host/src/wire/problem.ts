import { CATALOGUE, type ErrorClass } from '@eucora/sdk';
import { Hinted, OneOf, Opaque, Optional, Text, Whole } from './fields.js';

/** RFC 9457, with what a program needs beside it. Sent as `application/problem+json`. */
export class Problem {
  @Hinted({ description: 'Where the code is explained.', example: 'docs/errors.md#input_invalid' })
  @Text()
  declare type: string;
  @Hinted({ description: 'What the code means.' }) @Text() declare title: string;
  @Whole(400, 599) declare status: number;
  @Hinted({ description: 'What is wrong this time.' }) @Text() declare detail: string;
  @Hinted({ description: 'The path that was asked for.' }) @Text() declare instance: string;
  @OneOf(Object.keys(CATALOGUE)) declare code: string;
  @Whole(400, 599) declare status_code: number;
  @OneOf(['transient', 'permanent', 'policy_violation']) declare error_class: ErrorClass;
  @Text() declare correlation_id: string;
  @Hinted({ description: 'What to do.' }) @Text() declare remedy: string;
  @Hinted({ description: 'By code: `fields` (path, message), `gates`, `plane`, …' })
  @Optional()
  @Opaque()
  declare details?: Record<string, unknown>;
  @Hinted({
    description: 'DUPLICATE_REQUEST: the first outcome, a RolloutAnswer, or a ReconcileAnswer after a remediate.',
  })
  @Optional()
  @Opaque()
  declare outcome?: Record<string, unknown>;
}
