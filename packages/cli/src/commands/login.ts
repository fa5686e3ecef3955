import { createClient, path } from '../client.js';
import type { Answer, Command, Session } from '../command.js';
import { openBrowser } from '../identity/browser.js';
import { refuseInClear } from '../identity/in-clear.js';
import { loginsOf, type Login } from '../identity/logins.js';
import type { Way } from '../identity/sign-in.js';
import { text } from '../input.js';
import { credentialsIn } from '../token.js';
import type { WhoAmIView } from '../wire.js';
import { whoAmIText } from '../who-am-i.js';

export const login: Command = {
  name: 'login',
  permission: 'anybody',
  summary: 'Sign in to the host by its identity provider',
  notes:
    'A person signs in with a browser; its address is printed, and opened where there is a display. A program gives its client id ' +
    'and a file with its secret, or sets EUCORA_CLIENT_ID and EUCORA_CLIENT_SECRET (or EUCORA_CLIENT_SECRET_FILE), and then needs ' +
    'no login at all. Tokens are kept for this host alone, in a file that only you can read, and renewed while that goes.',
  options: [
    { flags: '--no-browser', text: 'print the address and open nothing' },
    { flags: '--client-id <id>', text: 'sign in as this program, not as a person' },
    { flags: '--client-secret-file <file>', text: 'a file that holds its secret' },
  ],
  examples: ['eucora login', 'eucora login --client-id pipeline --client-secret-file ./secret'],
  async run(session, input) {
    const { io, url } = session;
    refuseInClear(url);
    const { signInProgram, wayInto } = await import('../identity/sign-in.js');
    const way = await wayInto(url);
    if (way.kind === 'local_token') return { document: way, text: () => LOCAL };

    const program = await credentialsIn(io, {
      id: text(input, 'clientId'),
      secretFile: text(input, 'clientSecretFile'),
    });
    const signedIn = program
      ? await signInProgram(way, program)
      : await inBrowser(session, way, input.options['browser'] !== false);
    return welcome(session, signedIn);
  },
};

const LOCAL =
  'This host has no single sign-on: its token is in its data directory, and every command on this machine finds it there.';

async function inBrowser(session: Session, way: Way, open: boolean): Promise<Login> {
  const { signInPerson } = await import('../identity/sign-in.js');
  const stop = new AbortController();
  const off = session.io.onInterrupt(() => stop.abort());
  try {
    return await signInPerson(way, {
      signal: stop.signal,
      show(address) {
        session.io.stderr.write(`Sign in at\n\n  ${address}\n\n`);
        if (open) openBrowser(address, session.io);
      },
    });
  } finally {
    off();
  }
}

/** Kept only once the host has said that it believes it. */
async function welcome({ io, url }: Session, signedIn: Login): Promise<Answer> {
  const who = await createClient(url, async () => signedIn.access_token).request<WhoAmIView>({
    path: path`/api/whoami/`,
  });
  const logins = loginsOf(io);
  await logins?.keep(url, signedIn);
  const kept = logins ? `Kept in ${logins.path}.` : 'Kept nowhere: set EUCORA_CONFIG_DIR, or HOME.';
  return { document: who, text: () => `${whoAmIText(who, url)}\n${kept}` };
}
