import type { FieldMistake } from '../schema/validator.js';
import type { ConfigFile } from './host-config.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** A name or an address as it stands in a Host header, without its port. */
const HOST_NAME = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/;

export interface Reach {
  readonly host: string;
  readonly publicUrl?: string;
  readonly publicHosts?: readonly string[];
}

/**
 * Who can come to this host, and under which names. Nobody but this machine while there is no single sign-on, and no name
 * that was not given: a page on the web could make its own name point here.
 */
export function reachOf(given: ConfigFile, signOn: boolean): { reach: Reach; mistakes: readonly FieldMistake[] } {
  const host = given.host ?? '127.0.0.1';
  const url = given.public_url !== undefined && URL.canParse(given.public_url) ? new URL(given.public_url) : undefined;
  const named = [...(url ? [url.hostname] : []), ...(given.public_hosts ?? [])].map((name) => name.toLowerCase());
  const mistakes: FieldMistake[] = [];

  if (given.public_url !== undefined && !['https:', 'http:'].includes(url?.protocol ?? ''))
    mistakes.push({ path: 'public_url', message: 'must be an address like https://hub.example.com' });
  for (const name of named.filter((each) => !HOST_NAME.test(each)))
    mistakes.push({
      path: 'public_hosts',
      message: `must hold names without scheme, port and path, and ${name} is none`,
    });
  if (!LOOPBACK.has(host) && !signOn) mistakes.push({ path: 'host', message: OPEN });
  if (!LOOPBACK.has(host) && signOn && named.length === 0) mistakes.push({ path: 'host', message: NAMELESS });

  return {
    mistakes,
    reach: {
      host,
      ...(url && { publicUrl: url.href.replace(/\/$/, '') }),
      ...(named.length > 0 && { publicHosts: [...new Set(named)] }),
    },
  };
}

const OPEN = 'is not a loopback address; without OIDC the host answers this machine only (127.0.0.1, ::1, localhost)';
const NAMELESS = 'is open to other machines; say in public_url or public_hosts by which name they come';
