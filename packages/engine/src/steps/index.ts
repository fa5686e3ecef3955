import type { RunKind, StepName } from '../run.js';
import { admit } from './admit.js';
import { assess } from './assess.js';
import { assign } from './assign.js';
import { awaitApproval } from './await-approval.js';
import { gather } from './gather.js';
import { judge } from './judge.js';
import { observe } from './observe.js';
import { preflight } from './preflight.js';
import { publish } from './publish.js';
import { settle, settleRollback } from './settle.js';
import type { Step } from './step.js';
import { takeBack } from './take-back.js';

/** The pipelines, read from top to bottom. */
export const PIPELINES: Readonly<Record<RunKind, Partial<Record<StepName, Step>>>> = {
  publish: {
    preflight,
    gather,
    assess,
    judge,
    await: awaitApproval,
    admit,
    publish,
    assign,
    observe,
    settle,
  },
  rollback: {
    preflight,
    publish: takeBack,
    settle: settleRollback,
  },
};
