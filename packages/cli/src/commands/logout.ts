import { reasonOf } from '@eucora/sdk';
import type { Command } from '../command.js';
import { loginsOf } from '../identity/logins.js';

export const logout: Command = {
  name: 'logout',
  permission: 'local',
  summary: 'Forget the sign-in to the host',
  notes: 'The identity provider is told as well, where it listens. Its own session in your browser is not ended.',
  examples: ['eucora logout'],
  async run({ io, url }) {
    const logins = loginsOf(io);
    const known = await logins?.of(url);
    if (!logins || !known) {
      return { document: { signed_out: false }, text: () => `You were not signed in to ${url.origin}.` };
    }
    await logins.forget(url);
    const { revoke } = await import('../identity/sign-in.js');
    const untold = await revoke(known).then(
      () => undefined,
      (cause: unknown) => reasonOf(cause),
    );
    const note = untold === undefined ? '' : ` The provider could not be told: ${untold}`;
    return { document: { signed_out: true, untold }, text: () => `Signed out of ${url.origin}.${note}` };
  },
};
