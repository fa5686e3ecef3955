import type { Answer, Exchange, SimulatorRequest } from './exchange.js';

export type Handler<State> = (exchange: Exchange<State>) => Answer | Promise<Answer>;

export interface RouteOptions {
  /** Needs no credential: token endpoints, signed upload addresses. */
  readonly open?: boolean;
  /** Not part of the contract that `validate` checks. */
  readonly unchecked?: boolean;
  /** Changes nothing in spite of its method: token endpoints, reports that are asked for with POST. */
  readonly reads?: boolean | ((request: SimulatorRequest) => boolean);
}

export interface Route<State = unknown> extends RouteOptions {
  readonly method: string;
  readonly path: string;
  readonly handler: Handler<State>;
}

/**
 * One address of a simulator. `{name}` stands for a parameter, also inside a segment: `/exportJobs('{id}')`. Everything
 * else is taken literally. A parameter reaches to the next slash; `{name*}` takes the slashes too. The first that fits wins.
 */
export const route = <State = unknown>(
  method: string,
  path: string,
  handler: Handler<State>,
  options: RouteOptions = {},
): Route<State> => ({ method: method.toUpperCase(), path, handler, ...options });

export type PathMatch = (path: string) => Readonly<Record<string, string>> | undefined;

const PARAMETER = /\{([^{}]+?)(\*?)\}/g;

/** Compiles a path with parameters. Their values come back decoded. */
export function pathMatcher(template: string): PathMatch {
  const names: string[] = [];
  let pattern = '';
  let from = 0;
  for (const found of template.matchAll(PARAMETER)) {
    pattern += literally(template.slice(from, found.index)) + (found[2] ? '(.+)' : '([^/]+?)');
    names.push(found[1]!);
    from = found.index + found[0].length;
  }
  const whole = new RegExp(`^${pattern}${literally(template.slice(from))}/?$`);

  return (path) => {
    const found = whole.exec(path) ?? whole.exec(decoded(path));
    return found ? Object.fromEntries(names.map((name, at) => [name, decoded(found[at + 1]!)])) : undefined;
  };
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isWrite = (request: SimulatorRequest, options?: RouteOptions): boolean =>
  !READING.has(request.method) &&
  !(typeof options?.reads === 'function' ? options.reads(request) : (options?.reads ?? false));

export type Found<State> = { readonly route: Route<State>; readonly params: Readonly<Record<string, string>> };

/** Finds routes; says which methods a path knows when the one asked for is not among them. */
export function router<State>(routes: readonly Route<State>[]) {
  const compiled = routes.map((one) => ({ route: one, match: pathMatcher(one.path) }));

  return {
    find(method: string, path: string): Found<State> | undefined {
      for (const { route: one, match } of compiled) {
        if (one.method !== method) continue;
        const params = match(path);
        if (params) return { route: one, params };
      }
      return undefined;
    },
    methodsOf: (path: string): readonly string[] =>
      compiled.filter(({ match }) => match(path)).map(({ route: one }) => one.method),
  };
}
