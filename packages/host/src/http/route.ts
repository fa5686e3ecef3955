import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Access } from '../identity/authorization.js';
import type { Identity } from '../identity/identity.js';
import type { WireClass } from '../wire/fields.js';

export type Method = 'GET' | 'POST' | 'PUT';

/** A request whose body and query have been checked against the classes of its route. */
export interface RouteRequest<Body, Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  /** The verified subject. */
  readonly actor: string;
  /** All that is known of it. */
  readonly identity: Identity;
  readonly correlationId: string;
  /** For bodies that are streams. */
  readonly incoming: IncomingMessage;
}

export interface RouteAnswer {
  /** Default: the route's. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Plain JSON in wire names, or text or bytes with a `Content-Type` among the headers. */
  readonly body?: object | string | Readable;
  /** Default: the correlation id of the request. */
  readonly correlationId?: string;
}

/** One address. The router and the OpenAPI document are both made from the table of these. */
export interface Route<Body extends object = object, Query extends object = object> {
  readonly method: Method;
  /** `{name}` for a parameter. Answered with and without the slash at its end. */
  readonly path: string;
  /** What the subject must be allowed. A list: any of them. There is no default. */
  readonly permission: Access;
  /** An act of administration, `connector.enable`: recorded before it is done, and with what came of it. */
  readonly audits?: string;
  readonly tag: string;
  readonly summary: string;
  readonly body?: WireClass<Body>;
  /** The body itself is what is sent, of this media type. */
  readonly streams?: { readonly request?: string; readonly answer?: string };
  readonly query?: WireClass<Query>;
  /** `Idempotency-Key` must be there, and say what the body's `correlation_id` says. */
  readonly keyed?: boolean;
  readonly answers: { readonly status: number; readonly of?: WireClass; readonly what: string };
  /** Codes of the catalogue that this address may answer with, beside those that any may. */
  readonly problems?: readonly string[];
  readonly handle: (request: RouteRequest<Body, Query>) => Promise<RouteAnswer> | RouteAnswer;
}

/** A route with the types of its own classes inside, and one type outside. */
export const route = <Body extends object = object, Query extends object = object>(
  declared: Route<Body, Query>,
): Route => declared as unknown as Route;
