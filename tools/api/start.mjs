import { build } from '../bootstrap.mjs';
import { command } from '../bootstrap/command.mjs';

/** `npm run api`: writes the API reports of the SDK anew. */
await command(async () => {
  await build();
  const { extractApi } = await import('./extract.mjs');
  const complaints = extractApi({ write: true });
  for (const complaint of complaints) console.error(complaint);
  return complaints.length === 0 ? 0 : 1;
});
