import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { OpenApiDocument } from '@eucora/sdk/testing';
import * as ansible from '@eucora/plugin-ansible/simulator';
import * as intune from '@eucora/plugin-intune/simulator';
import * as jamf from '@eucora/plugin-jamf/simulator';
import * as landscape from '@eucora/plugin-landscape/simulator';
import * as sccm from '@eucora/plugin-sccm/simulator';
import { judge } from './traffic.js';

/**
 * Holds the requests that the tests recorded (`EUCORA_TRAFFIC`) against the vendors' contracts, and names each one that breaks its
 * contract. Ends with 1 when there is one, or when a plane was never spoken to.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Folder with the vendors' OpenAPI documents. */
    contracts: { type: 'string', default: resolve('..', 'shared', 'contracts') },
  },
});

const traffic = positionals[0] ?? resolve('.cache', 'traffic');
const PLANES = [
  { simulator: 'Intune', ...intune },
  { simulator: 'Jamf Pro', ...jamf },
  { simulator: 'SCCM', ...sccm },
  { simulator: 'Landscape', ...landscape },
  { simulator: 'AWX', ...ansible },
];

if (existsSync(values.contracts)) {
  const findings = await judge(traffic, PLANES, (name) => {
    const file = join(values.contracts, `${name}.openapi.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as OpenApiDocument;
  });
  console.log("Requests of the tests, held against the vendors' contracts:");
  for (const { simulator, requests, different, violations } of findings) {
    console.log(
      `  ${simulator.padEnd(10)} ${String(requests).padStart(7)} requests, ${String(different).padStart(3)} different, ` +
        `${violations.size} violations`,
    );
    for (const [violation, times] of violations) console.log(`    ${times} x ${violation}`);
  }
  process.exitCode = findings.every(({ requests, violations }) => requests > 0 && violations.size === 0) ? 0 : 1;
} else {
  console.log("ATTENTION: the vendors' contracts are not at hand; recorded requests were NOT held against them.");
}
