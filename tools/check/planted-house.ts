import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small house with our rooms and nothing in them, to plant things in. */
export interface PlantedHouse {
  readonly root: string;
  /** Adds lines to the top of a file, or makes it and has the room's front door import it. */
  plant(path: string, lines: string): void;
  remove(): void;
}

const PACKAGES: Record<string, readonly string[]> = {
  'packages/sdk': ['axios', 'axios-retry', 'opossum'],
  'packages/engine': ['@eucora/sdk'],
  'packages/adapters': ['@eucora/sdk', '@eucora/engine', 'typeorm', 'pg'],
  'packages/host': [
    '@eucora/sdk',
    '@eucora/engine',
    '@eucora/adapters',
    '@eucora/cli',
    '@eucora/plugin-one',
    'koa',
    'pg',
  ],
  'packages/cli': ['@eucora/sdk', '@eucora/engine', 'commander'],
  'plugins/one': ['@eucora/sdk', '@eucora/engine', '@eucora/plugin-two', 'vendor', 'koa'],
  'plugins/two': ['@eucora/sdk'],
};

/** What each room rightly does; nothing of it may be called a violation. */
const RIGHT: Record<string, string> = {
  'packages/sdk/src/index.ts': "export * from './canonical.js';",
  'packages/sdk/src/canonical.ts': "import 'node:crypto';\nimport 'canonicalize';\nexport const canonical = 1;",
  'packages/sdk/src/http/index.ts':
    "import 'axios';\nimport 'axios-retry';\nimport 'opossum';\nimport { canonical } from '../canonical.js';\nexport const http = canonical;",
  'packages/sdk/src/testing/index.ts':
    "import 'node:http';\nimport { canonical } from '../canonical.js';\nexport const testing = canonical;",
  'packages/engine/src/index.ts':
    "import 'node:crypto';\nimport { canonical } from '@eucora/sdk';\nexport const engine = canonical;",
  'packages/engine/src/testing/index.ts':
    "import { testing } from '@eucora/sdk/testing';\nexport const suites = testing;",
  'packages/adapters/src/index.ts':
    "import 'typeorm';\nimport 'pg';\nimport { engine } from '@eucora/engine';\nexport const adapters = engine;",
  'packages/host/src/index.ts':
    "import 'koa';\nimport { adapters } from '@eucora/adapters';\nexport const host = adapters;",
  'packages/cli/src/index.ts':
    "import 'commander';\nimport { canonical } from '@eucora/sdk';\nexport const cli = canonical;",
  'plugins/one/src/index.ts': "import 'vendor';\nimport { http } from '@eucora/sdk/http';\nexport const one = http;",
  'plugins/two/src/index.ts': "import { canonical } from '@eucora/sdk';\nexport const two = canonical;",
};

const LIBRARIES = [
  'axios',
  'axios-retry',
  'opossum',
  'canonicalize',
  'typeorm',
  'pg',
  'koa',
  'commander',
  'vendor',
  'stranger',
];

export function plantedHouse(): PlantedHouse {
  const root = mkdtempSync(join(tmpdir(), 'eucora-house-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const files = { ...RIGHT };

  write('package.json', JSON.stringify({ name: 'house', private: true, type: 'module' }));
  for (const name of LIBRARIES) {
    write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', type: 'module', exports: './dist/index.js' }),
    );
    write(`node_modules/${name}/dist/index.js`, 'export {};');
  }
  mkdirSync(join(root, 'node_modules/@eucora'), { recursive: true });
  for (const [folder, dependencies] of Object.entries(PACKAGES)) {
    const name = `@eucora/${folder.replace('packages/', '').replace('plugins/', 'plugin-')}`;
    write(`${folder}/package.json`, JSON.stringify(manifest(folder, name, dependencies)));
    symlinkSync(join(root, folder), join(root, 'node_modules', name));
  }
  for (const [path, text] of Object.entries(files)) write(path, text);

  return {
    root,
    plant: (path, lines) => write(path, (files[path] = `${lines}\n${files[path] ?? ''}`)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const manifest = (folder: string, name: string, dependencies: readonly string[]) => ({
  name,
  version: '0.1.0',
  type: 'module',
  exports: {
    '.': { 'eucora-source': './src/index.ts' },
    './http': { 'eucora-source': './src/http/index.ts' },
    './testing': { 'eucora-source': './src/testing/index.ts' },
  },
  dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '*'])),
  devDependencies: folder === 'packages/sdk' ? { canonicalize: '*' } : {},
});
