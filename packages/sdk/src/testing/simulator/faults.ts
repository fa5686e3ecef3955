import type { SimulatorRequest } from './exchange.js';
import { pathMatcher } from './routes.js';

/** Which requests a fault is for. All that is given must fit; nothing given fits every request. */
export interface FaultMatch {
  readonly method?: string;
  /** A path with `{parameters}`, or an expression that is looked for in the path. */
  readonly path?: string | RegExp;
  /** Only requests that would change the plane (true), or only those that would not (false). */
  readonly writes?: boolean;
}

export type FaultKind =
  /** Any status. The plane does nothing. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 429, with Retry-After when given. */
  | { readonly kind: 'throttle'; readonly retryAfterSeconds?: number }
  /** 503, with Retry-After when given. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds?: number }
  /** Nothing is done and nothing comes back, until somebody closes the connection. */
  | { readonly kind: 'hang' }
  /** The connection is cut before anything is done. */
  | { readonly kind: 'drop' }
  /** The plane does it; the connection is cut before the answer. */
  | { readonly kind: 'acceptThenDropConnection' }
  /** 200 with a page for people, as a proxy or a maintenance window answers. Nothing is done. */
  | { readonly kind: 'html' }
  /** The plane does it; its answer stops in the middle. */
  | { readonly kind: 'cutJson' }
  /** The plane does it; its answer comes byte by byte. `everyMs` is real time, default 50. */
  | { readonly kind: 'drip'; readonly everyMs?: number }
  /** Reads see what the plane held when the fault was injected. */
  | { readonly kind: 'staleRead' }
  /** 200 (or what is given) and nothing is done. */
  | { readonly kind: 'wrongSuccess'; readonly status?: number; readonly body?: unknown };

export type Fault = FaultKind & {
  readonly match?: FaultMatch;
  /** Requests that meet it. Default 1; `Infinity` until {@link Faults.clear}. */
  readonly times?: number;
  /** Matching requests that pass before. Default 0. */
  readonly skip?: number;
};

/** Where and how often, for the named faults. */
export type FaultAim = Pick<Fault, 'match' | 'times' | 'skip'>;

export interface Faults {
  inject(fault: Fault): void;
  /** For writes, unless the aim says otherwise. */
  acceptThenDropConnection(aim?: FaultAim): void;
  throttle(aim?: FaultAim & { readonly retryAfterSeconds?: number }): void;
  unavailable(aim?: FaultAim & { readonly retryAfterSeconds?: number }): void;
  html(aim?: FaultAim): void;
  cutJson(aim?: FaultAim): void;
  drop(aim?: FaultAim): void;
  /** For reads, unless the aim says otherwise. */
  staleRead(aim?: FaultAim): void;
  /** How many injected faults still wait for a request. */
  readonly waiting: number;
  clear(): void;
}

export interface Met {
  readonly fault: Fault;
  /** What was captured when it was injected. */
  readonly captured: unknown;
}

interface Injected extends Met {
  toSkip: number;
  left: number;
}

/** @param capture called for a `staleRead`, when it is injected */
export function createFaults(
  capture: () => unknown,
): Faults & { meet(request: SimulatorRequest, write: boolean): Met | undefined } {
  let injected: Injected[] = [];
  const inject = (fault: Fault) =>
    void injected.push({
      fault,
      captured: fault.kind === 'staleRead' ? capture() : undefined,
      toSkip: fault.skip ?? 0,
      left: fault.times ?? 1,
    });

  return {
    inject,
    acceptThenDropConnection: (aim) => inject({ match: { writes: true }, ...aim, kind: 'acceptThenDropConnection' }),
    throttle: (aim) => inject({ ...aim, kind: 'throttle' }),
    unavailable: (aim) => inject({ ...aim, kind: 'unavailable' }),
    html: (aim) => inject({ ...aim, kind: 'html' }),
    cutJson: (aim) => inject({ ...aim, kind: 'cutJson' }),
    drop: (aim) => inject({ ...aim, kind: 'drop' }),
    staleRead: (aim) => inject({ match: { writes: false }, ...aim, kind: 'staleRead' }),
    get waiting() {
      return injected.length;
    },
    clear: () => {
      injected = [];
    },

    /** The first fault that is for this request, used up by one. */
    meet(request, write) {
      for (const one of injected) {
        if (!fits(one.fault.match ?? {}, request, write)) continue;
        if (one.toSkip-- > 0) continue;
        one.left -= 1;
        if (one.left <= 0) injected = injected.filter((other) => other !== one);
        return one;
      }
      return undefined;
    },
  };
}

function fits(match: FaultMatch, request: SimulatorRequest, write: boolean): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
  if (match.writes !== undefined && match.writes !== write) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string'
    ? pathMatcher(match.path)(request.path) !== undefined
    : match.path.test(request.path);
}
