import { EucoraError } from '@eucora/sdk';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.has(hostname);

/** Who listens on the way would have the token; and who answers in place of the host would choose who gets the secret. */
export function refuseInClear(url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url)) return;
  throw new EucoraError('INPUT_INVALID', {
    what: `${url.origin} is another machine, and what is sent there can be read on the way`,
    remedy: 'Use the https address of the host.',
  });
}
