import { runNode } from '../bootstrap/child.mjs';
import { at, ROOT } from '../bootstrap/places.mjs';

/**
 * @typedef {{ module: string, resolved: string, dependencyTypes: string[] }} Dependency
 * @typedef {{ source: string, dependencies: Dependency[] }} Module
 * @typedef {{ from: string, to: string, rule: { name: string }, cycle?: { name: string }[] }} Violation
 * @typedef {{ modules: Module[], violations: Violation[] }} Cruise
 */

/** Who imports whom in a house, and which of the arrows are not those of `.dependency-cruiser.cjs`. @param {string} root @returns {Promise<Cruise>} */
export async function cruise(root = ROOT) {
  const { output } = await runNode(
    at('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ['--config', at('.dependency-cruiser.cjs'), '--output-type', 'json', 'packages', 'plugins'],
    { quiet: true, cwd: root },
  );
  const { modules, summary } = JSON.parse(jsonIn(output));
  return { modules, violations: summary.violations };
}

/** Warnings of Node may stand before the document. @param {string} output */
function jsonIn(output) {
  const begin = output.indexOf('{\n');
  if (begin === -1) throw new Error(`dependency-cruiser did not answer with JSON:\n${output}`);
  return output.slice(begin, output.lastIndexOf('}') + 1);
}
