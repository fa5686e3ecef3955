import { EucoraError } from '../errors.js';
import type { PlaneRequest, QueryValue } from './plane-http.js';

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Where a request goes. A relative URL is appended to the base's path, never resolved against it, so it cannot leave the host. */
export function addressOf(baseUrl: string, request: PlaneRequest): URL {
  const text = ABSOLUTE.test(request.url)
    ? request.url
    : `${baseUrl.replace(/\/+$/, '')}/${request.url.replace(/^\/+/, '')}`;
  if (!URL.canParse(text)) {
    throw new EucoraError('EGRESS_REFUSED', {
      what: 'The address of a request is not a URL.',
      details: { method: request.method },
    });
  }
  const address = new URL(text);
  const query = queryOf(request.query);
  if (query) address.search += (address.search ? '&' : '?') + query;
  return address;
}

/** Host and path: what may be shown. Some planes carry signatures in the query. */
export const targetOf = (address: URL): string => address.host + address.pathname;

/** OData names keep their `$`; spaces become %20, which every server reads, and not `+`. */
function queryOf(query: PlaneRequest['query'] = {}): string {
  return Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one: QueryValue | undefined) => [name, one] as const),
    )
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name).replace(/%24/g, '$')}=${encodeURIComponent(String(value))}`)
    .join('&');
}
