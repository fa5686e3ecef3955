import { defineConfig, type Options } from 'tsup';

/** How every package is built: ESM for Node 20, with declarations and source maps; no dependency is bundled unless named. */
export const lib = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    sourcemap: true,
    clean: true,
    splitting: true,
    skipNodeModulesBundle: true,
    removeNodeProtocol: false,
    tsconfig: '../../tsconfig.build.json',
    dts: { compilerOptions: { ignoreDeprecations: '6.0', composite: false, incremental: false } },
    ...options,
  });
