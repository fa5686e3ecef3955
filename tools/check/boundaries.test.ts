import { createRequire } from 'node:module';
import { expect } from 'chai';
import { crossings } from './boundaries.mjs';
import { plantedHouse, type PlantedHouse } from './planted-house.js';

interface Crossing {
  rule: string;
  from: string;
}

/** One violation of each rule: where it is planted, and what. */
const PLANTED: Record<string, readonly [path: string, lines: string]> = {
  'sdk-root-imports-nothing': ['packages/sdk/src/index.ts', "import 'axios';"],
  'canonicalize-in-one-file': ['packages/sdk/src/http/index.ts', "import 'canonicalize';"],
  'sdk-http-imports-its-three': ['packages/sdk/src/http/index.ts', "import 'stranger';"],
  'sdk-testing-stands-alone': ['packages/sdk/src/testing/index.ts', "import 'stranger';"],
  'sdk-tests-need-the-sdk': ['packages/sdk/test/a.test.ts', "import '@eucora/engine';"],
  'tests-look-downwards': ['packages/engine/test/a.test.ts', "import '@eucora/host';"],
  'engine-imports-only-the-sdk': ['packages/engine/src/index.ts', "import '@eucora/sdk/http';"],
  'engine-testing-imports-only-the-sdk': ['packages/engine/src/testing/index.ts', "import 'axios';"],
  'adapters-stand-on-engine-and-sdk': ['packages/adapters/src/index.ts', "import '@eucora/host';"],
  'host-meets-plugins-by-name': ['packages/host/src/index.ts', "import '@eucora/plugin-one';"],
  'cli-speaks-http': ['packages/cli/src/index.ts', "import '@eucora/engine';"],
  'plugins-import-only-the-sdk': ['plugins/one/src/index.ts', "import '@eucora/engine';"],
  'plugins-do-not-meet': ['plugins/one/src/index.ts', "import '@eucora/plugin-two';"],
  'host-libraries-in-host': ['plugins/one/src/index.ts', "import 'koa';"],
  'storage-libraries-in-adapters': ['packages/host/src/index.ts', "import 'pg';"],
  'no-test-in-source': ['packages/cli/src/index.ts', "import '../test/fake.js';"],
  'front-doors-only': ['packages/engine/src/index.ts', "import '../../sdk/src/canonical.js';"],
  'no-cycle': ['packages/host/src/here.ts', "import './there.js';"],
  'no-orphan': ['packages/host/src/forgotten.ts', 'export const forgotten = 1;'],
  'no-undeclared-dependency': ['packages/host/src/index.ts', "import 'stranger';"],
  'no-undeclared-package-of-ours': ['packages/cli/src/index.ts', "import '@eucora/host';"],
  'no-unresolvable-import': ['packages/host/src/index.ts', "import './nowhere.js';"],
  'no-dev-dependency-at-run-time': ['packages/sdk/src/http/index.ts', "import 'canonicalize';"],
};

describe('the boundaries of the house', () => {
  let house: PlantedHouse;
  let found: Crossing[];

  before(async () => {
    house = plantedHouse();
    expect(await crossings(house.root), 'a house with nothing planted').to.deep.equal([]);

    for (const [path, lines] of Object.values(PLANTED)) house.plant(path, lines);
    house.plant('packages/host/src/there.ts', "import './here.js';");
    house.plant('packages/host/src/index.ts', "import './here.js';");
    house.plant('packages/cli/test/fake.ts', 'export const fake = 1;');
    found = await crossings(house.root);
  });

  after(() => house.remove());

  for (const [rule, [path, lines]] of Object.entries(PLANTED)) {
    it(`${rule} catches ${lines} in ${path}`, () => {
      expect(found.filter(({ from }) => from === path).map((crossing) => crossing.rule)).to.include(rule);
    });
  }

  it('have a planted violation for each rule', () => {
    const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
      forbidden: { name: string }[];
    };
    expect(forbidden.map(({ name }) => name).filter((name) => !(name in PLANTED))).to.deep.equal([]);
  });
});
