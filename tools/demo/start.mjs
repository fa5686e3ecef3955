import { build } from '../bootstrap.mjs';
import { runNode } from '../bootstrap/child.mjs';
import { command } from '../bootstrap/command.mjs';

/** The demo imports the packages as they are built and published, so nothing here asks for their sources. */
await command(async (args) => {
  await build();
  const { code } = await runNode('--import=@swc-node/register/esm-register', [
    '--no-warnings',
    'tools/demo/demo.ts',
    ...args,
  ]);
  return code;
});
