import { EucoraError, type ErrorCode } from '@eucora/sdk';

export interface OrderedTrouble {
  readonly code: ErrorCode;
  /** Requests that meet it. Default 1. */
  readonly times?: number;
  /** Requests that fit and pass before. Default 0. */
  readonly skip?: number;
  /** Only reads, or only writes, meet it. Default: both. */
  readonly on?: 'read' | 'write';
  /** The work is done, and then the answer is lost. Default false: nothing is done. */
  readonly afterwards?: boolean;
  /** Milliseconds after which the sandbox wants to be asked again. */
  readonly retryAfterMs?: number;
}

interface MetTrouble {
  readonly afterwards: boolean;
  error(plane: string): EucoraError;
}

/** Failures to order: the next request that fits meets the one that was ordered first. */
export interface Trouble {
  order(trouble: OrderedTrouble): void;
  clear(): void;
  meet(request: 'read' | 'write'): MetTrouble | undefined;
}

export function createTrouble(): Trouble {
  let waiting: { readonly ordered: OrderedTrouble; toSkip: number; left: number }[] = [];
  return {
    order: (ordered) => void waiting.push({ ordered, toSkip: ordered.skip ?? 0, left: ordered.times ?? 1 }),
    clear: () => void (waiting = []),
    meet(request) {
      const fitting = waiting.filter(({ ordered }) => ordered.on === undefined || ordered.on === request);
      const next = fitting.find((one) => one.toSkip-- <= 0);
      if (!next) return undefined;
      if (--next.left <= 0) waiting = waiting.filter((other) => other !== next);
      return { afterwards: next.ordered.afterwards ?? false, error: (plane) => errorOf(plane, next.ordered) };
    },
  };
}

const errorOf = (plane: string, { code, afterwards, retryAfterMs }: OrderedTrouble) =>
  new EucoraError(code, {
    what: afterwards ? `${plane} did it, and its answer was lost, as ordered` : `${plane} failed, as ordered`,
    details: { plane, injected: true },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
