import { build } from '../bootstrap.mjs';
import { runNode } from '../bootstrap/child.mjs';
import { command } from '../bootstrap/command.mjs';

/** What is measured is what is shipped: the built packages. */
await command(async (args) => {
  await build();
  const { code } = await runNode('--import=@swc-node/register/esm-register', [
    '--no-warnings',
    'tools/bench/main.ts',
    ...args,
  ]);
  return code;
});
