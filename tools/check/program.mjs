import { runNode } from '../bootstrap/child.mjs';
import { at } from '../bootstrap/places.mjs';

/**
 * A dependency's own command line as a check: it is content when it exits with 0, and otherwise what it printed is the complaint.
 *
 * @param {string} script in `node_modules`
 * @param {readonly string[]} args
 * @returns {Promise<string[]>}
 */
export async function complaintsOf(script, args) {
  const { code, output } = await runNode(at('node_modules', script), args, { quiet: true });
  if (code === 0) return [];
  return [output.trim() || `${script} ended with ${code} and said nothing.`];
}
