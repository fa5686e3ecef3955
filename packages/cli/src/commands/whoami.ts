import { path } from '../client.js';
import type { Command } from '../command.js';
import { whoAmIText } from '../who-am-i.js';
import type { WhoAmIView } from '../wire.js';

export const whoami: Command = {
  name: 'whoami',
  permission: 'signed_in',
  summary: 'Show who you are to the host, and what you may do',
  examples: ['eucora whoami'],
  async run(session) {
    const client = await session.client();
    const who = await client.request<WhoAmIView>({ path: path`/api/whoami/` });
    return { document: who, text: () => whoAmIText(who, client.url) };
  },
};
