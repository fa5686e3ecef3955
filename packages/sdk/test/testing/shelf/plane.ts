import {
  definePlane,
  EucoraError,
  markOf,
  markText,
  operation,
  readMark,
  type Capability,
  type Context,
  type HeldAssignment,
  type HeldPackage,
  type Known,
  type Operation,
  type Order,
  type PlaneState,
} from '@eucora/sdk';
import type { ShelfItem, ShelfLoan } from './simulator.js';

interface Loan extends HeldAssignment {
  readonly ref: string;
}

interface Observed extends PlaneState {
  readonly packages: readonly HeldPackage[];
  readonly assignments: readonly Loan[];
}

/** Ways to be wrong, for the mutants. Each breaks one promise that the conformance suite holds planes to. */
export interface Flaws {
  /** Never looks at what is there. */
  readonly blind?: boolean;
  /** Repeats without waiting until the plane shows what it accepted. */
  readonly hasty?: boolean;
  /** Leaves the older version's loan where it is. */
  readonly hoarding?: boolean;
  /** Reports the first device once more. */
  readonly stammering?: boolean;
  /** Writes while it plans. */
  readonly meddling?: boolean;
  /** Throws what fetch throws. */
  readonly rude?: boolean;
  /** Takes a page of HTML for an answer. */
  readonly gullible?: boolean;
  /** Knows what it made by the journal alone. */
  readonly forgetful?: boolean;
  /** Works before it is connected, although it promises not to. */
  readonly eager?: boolean;
  /** Lets its check throw. */
  readonly faint?: boolean;
  readonly capabilities?: readonly Capability[];
  /** Other keys each time. */
  readonly fickle?: boolean;
  /** Stores the content twice. */
  readonly wasteful?: boolean;
}

/** @param consistencyMs how long the shelf may hide what it accepted */
export function shelfPlane(url: string, consistencyMs: number, flaws: Flaws = {}) {
  let turns = 0;
  let isConnected = false;
  const connected = () => {
    if (!isConnected && !flaws.eager) throw new EucoraError('NOT_CONNECTED', { what: 'the shelf is not connected' });
  };

  const call = async <Body>(ctx: Context, method: string, path: string, body?: object): Promise<Body> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      signal: ctx.signal,
      headers: { authorization: 'Bearer shelf', 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      if (flaws.rude) throw cause;
      throw new EucoraError('PLANE_UNREACHABLE', { what: 'the shelf did not answer', cause });
    });
    const text = await answer.text();
    if (!answer.ok) throw failure(answer, method, path);
    if (answer.status === 204) return undefined as Body;
    try {
      return JSON.parse(text) as Body;
    } catch (cause) {
      if (flaws.gullible) return { value: [] } as Body;
      throw new EucoraError('PLANE_ANSWER_INVALID', { what: `${method} ${path}: not JSON`, cause });
    }
  };

  const itemsOf = async (ctx: Context, title: string) =>
    (await call<{ value: ShelfItem[] }>(ctx, 'GET', `/items?title=${encodeURIComponent(title)}`)).value;

  const observe = async (ctx: Context, { order, refs }: Known): Promise<Observed> => {
    connected();
    if (flaws.meddling && ctx.readOnly) await call(ctx, 'POST', '/items', itemOf(order));
    if (flaws.blind) return { packages: [], assignments: [] };
    const found = await itemsOf(ctx, order.package.name);
    const items = flaws.forgetful ? found.filter(({ id }) => Object.values(refs).includes(id)) : found;
    const loans = (await call<{ value: ShelfLoan[] }>(ctx, 'GET', '/loans')).value;
    return {
      packages: items.map((item) => {
        const mark = readMark(item.comment);
        return { version: item.release, ref: item.id, ready: item.content, ...(mark && { mark }) };
      }),
      assignments: loans.flatMap((loan) => {
        const item = items.find(({ id }) => id === loan.item);
        return item
          ? [{ version: item.release, target: loan.group, mode: 'include' as const, purpose: loan.wish, ref: loan.id }]
          : [];
      }),
    };
  };

  const diff = (want: Order, have: Observed): readonly Operation[] => {
    const op = (phase: Operation['phase'], kind: string, params: Record<string, unknown>, write: string) =>
      operation('shelf', phase, kind, `${kind} ${want.package.name} ${want.package.version}`, params, [write]);
    const { version } = want.package;
    const mine = have.packages.find((one) => one.version === version);
    const isRight = (loan: Loan) => loan.version === version && loan.purpose === want.purpose;

    const left: Operation[] = [];
    if (!mine) left.push(op('publish', 'create_item', { ...itemOf(want) }, 'POST /items'));
    if (!mine?.ready) left.push(op('publish', 'store_content', { version }, 'PUT /items/{}/content'));
    for (const target of want.scope.include) {
      const loans = have.assignments.filter((loan) => loan.target === target);
      for (const loan of flaws.hoarding ? [] : loans.filter((one) => !isRight(one)))
        left.push(op('assign', 'end_loan', { id: loan.ref }, `DELETE /loans/${loan.ref}`));
      if (!loans.some(isRight))
        left.push(op('assign', 'create_loan', { version, target, wish: want.purpose }, 'POST /loans'));
    }
    return flaws.fickle && turns++ % 2 ? left.map((one) => ({ ...one, key: `${one.key}${turns}` })) : left;
  };

  return definePlane<Order, Observed>({
    consistencyMs: flaws.hasty ? 0 : consistencyMs,
    desired: (order) => order,
    diff,
    observe,
    connect: async () => {
      isConnected = true;
    },
    disconnect: async () => {
      isConnected = false;
    },
    ...(flaws.capabilities && { capabilities: flaws.capabilities }),

    async check(ctx) {
      const began = ctx.now().getTime();
      const [healthy, detail] = await call(ctx, 'GET', '/loans').then(
        () => [true, 'the shelf answered'] as const,
        (cause: Error) => {
          if (flaws.faint) throw cause;
          return [false, cause.message] as const;
        },
      );
      return { healthy, detail, latencyMs: ctx.now().getTime() - began, checkedAt: ctx.now().toISOString() };
    },

    async execute(ctx, { kind, params }, { observed, refs }) {
      const itemId = () =>
        observed.packages.find(({ version }) => version === params.version)?.ref ?? refs[`item ${params.version}`]!;
      switch (kind) {
        case 'create_item': {
          const item = await call<ShelfItem>(ctx, 'POST', '/items', params);
          return { [`item ${item.release}`]: item.id };
        }
        case 'store_content':
          await call(ctx, 'PUT', `/items/${itemId()}/content`, {});
          if (flaws.wasteful) await call(ctx, 'PUT', `/items/${itemId()}/content`, {});
          return {};
        case 'create_loan':
          await call(ctx, 'POST', '/loans', { item: itemId(), group: params.target, wish: params.wish });
          return {};
        default:
          await call(ctx, 'DELETE', `/loans/${params.id}`);
          return {};
      }
    },

    async *deviceStates(ctx, { order }) {
      connected();
      const item = (await itemsOf(ctx, order.package.name)).find(({ release }) => release === order.package.version);
      if (!item) return;
      const { value } = await call<{ value: { deviceId: string; status: 'installed' | 'pending' | 'failed' }[] }>(
        ctx,
        'GET',
        `/items/${item.id}/devices`,
      );
      yield value;
      if (flaws.stammering) yield value.slice(0, 1);
    },
  });
}

const itemOf = (order: Order) => ({
  title: order.package.name,
  release: order.package.version,
  comment: markText(markOf(order)),
});

function failure(answer: Response, method: string, path: string): EucoraError {
  const what = `${method} ${path} was answered ${answer.status}`;
  const wait = answer.headers.get('retry-after');
  const retryAfterMs = wait === null ? {} : { retryAfterMs: Number(wait) * 1000 };
  if (answer.status === 429) return new EucoraError('PLANE_THROTTLED', { what, ...retryAfterMs });
  if (answer.status >= 500) return new EucoraError('PLANE_ERROR', { what, ...retryAfterMs });
  return new EucoraError('PLANE_REJECTED', { what });
}
