import { command } from '../bootstrap/command.mjs';

/** `npm run check` makes every check and tells all complaints; `npm run check -- lint docs` makes those named. */
await command(async (names) => {
  const { CHECKS } = await import('./checks.mjs');
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no check called ${unknown.join(', ')}; there are ${CHECKS.map(({ name }) => name).join(', ')}.`,
    );

  const chosen = CHECKS.filter(({ name }) => names.length === 0 || names.includes(name));
  const failed = [];
  for (const check of chosen) {
    if (!(await passes(check))) failed.push(check.name);
  }
  console.log(
    failed.length === 0 ? `\nAll ${chosen.length} checks pass.` : `\nNot as it should be: ${failed.join(', ')}.`,
  );
  return failed.length === 0 ? 0 : 1;
});

/** @param {import('./checks.mjs').Check} check */
async function passes({ name, asks, complaints, report }) {
  console.log(`\n== ${name}: ${asks}`);
  const begun = performance.now();
  const found = await listOf(complaints);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  for (const complaint of found) console.log(complaint);
  if (report) console.log(report());
  console.log(
    found.length === 0
      ? `ok (${seconds} s)`
      : `${found.length === 1 ? 'a complaint' : `${found.length} complaints`} (${seconds} s)`,
  );
  return found.length === 0;
}

/** A check that breaks off has a complaint too. @param {import('./checks.mjs').Check['complaints']} complaints */
async function listOf(complaints) {
  try {
    return await complaints();
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  }
}
