import { route, type Answer, type Exchange, type Route, type RouteOptions } from '@eucora/sdk/testing';
import { refusal } from './answers.js';
import type { Crowd } from './crowd.js';
import type { JamfState, NodeName } from './state.js';

export type Here = Exchange<JamfState>;
export type Handle = (exchange: Here, node: NodeName) => Answer | Promise<Answer>;

/** Makes a route. @param privilege what the API role must hold; nothing asks for a token only */
export type Door = (
  method: string,
  path: string,
  privilege: string | undefined,
  handle: Handle,
  options?: RouteOptions,
) => Route<JamfState>;

const COOKIE = /(?:^|;\s*)jpro-ingress=(node-[ab])/;

/**
 * What every request passes: the crowd, the role's privileges, and the balancer. A request without its cookie is sent to the nodes by
 * turns, and told by `Set-Cookie` where it went.
 */
export function door(crowd: Crowd, missing: ReadonlySet<string>): Door {
  let turn = 0;
  return (method, path, privilege, handle, options) =>
    route<JamfState>(
      method,
      path,
      async (exchange) => {
        const told = COOKIE.exec(exchange.headers.cookie ?? '')?.[1] as NodeName | undefined;
        const node = told ?? (turn++ % 2 === 0 ? 'node-a' : 'node-b');
        const sent = await crowd.enter(exchange);
        try {
          const answer = sent ?? refused(exchange, privilege, missing) ?? (await handle(exchange, node));
          return told
            ? answer
            : { ...answer, headers: { ...answer.headers, 'set-cookie': `jpro-ingress=${node}; Path=/` } };
        } finally {
          crowd.leave();
        }
      },
      options,
    );
}

const refused = (exchange: Here, privilege: string | undefined, missing: ReadonlySet<string>): Answer | undefined =>
  privilege !== undefined && missing.has(privilege)
    ? refusal(exchange, 403, 'INVALID_PRIVILEGE', 'Forbidden')
    : undefined;
