import { build } from '../bootstrap.mjs';
import { command } from '../bootstrap/command.mjs';

/** `npm run build`: builds the packages whose sources have changed. */
await command(async () => {
  await build();
  return 0;
});
