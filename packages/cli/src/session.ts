import { EucoraError } from '@eucora/sdk';
import type { Input, Session } from './command.js';
import type { Io } from './io.js';
import { progressOn, silent } from './progress.js';
import { plain } from './text.js';
import { DEFAULT_URL, tokenSource } from './token.js';

export function openSession({ options }: Input, io: Io): Session {
  const progress = options.json ? silent : progressOn(io.stderr);
  const address = () => urlOf((options.url as string | undefined) ?? io.env.EUCORA_URL ?? DEFAULT_URL);
  return {
    io,
    progress,
    get url() {
      return address();
    },
    async client() {
      const { createClient } = await import('./client.js');
      const url = address();
      return createClient(url, tokenSource(url, options.tokenFile as string | undefined, io));
    },
    emit(document, text) {
      progress.stop();
      io.stdout.write(options.json ? `${JSON.stringify(document)}\n` : `${plain(text)}\n`);
    },
  };
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new EucoraError('INPUT_INVALID', {
    what: `${text} is not the address of a host`,
    remedy: `Give --url or EUCORA_URL like ${DEFAULT_URL}.`,
  });
}
