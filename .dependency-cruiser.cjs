/**
 * The arrows of the house, exactly as ARCHITECTURE.md draws them. Each rule has a planted violation in
 * tools/check/boundaries.test.ts.
 *
 *   plugins/*        cli           host            koa, inversify: host only; it meets plugins by name, at run time
 *    |               |           /    \
 *    |               |    adapters --> engine     typeorm, pg, pglite, bull, ioredis, aws-sdk: adapters only
 *    |               |           \    /           engine: node built-ins only
 *    +---------------+----------> sdk             sdk root: nothing; sdk/http: axios, axios-retry, opossum
 */

/** One of ours, also where only its built form is found. */
const ours = (name) => `^packages/${name}/`;

/** Where a library lies, hoisted or not; its types count as itself. */
const library = (...names) => names.flatMap((name) => [`node_modules/${name}/`, `node_modules/@types/${name}/`]);

const HOST_ONLY = library('koa', '@koa/router', '@koa/bodyparser', 'inversify');
const ADAPTERS_ONLY = library('typeorm', 'pg', '@electric-sql/pglite', 'bull', 'ioredis', '@aws-sdk/[^/]+');

const SDK_ROOT = '^packages/sdk/src/(?!http/|testing/)';
const SDK_HTTP = '^packages/sdk/src/http/';
const SDK_TESTING = '^packages/sdk/src/testing/';
const SOURCES = '^(packages|plugins)/[^/]+/(src|simulator)/';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'sdk-root-imports-nothing',
      'The root of the SDK imports node built-ins and itself; canonicalize is bundled.',
      { path: SDK_ROOT },
      { pathNot: [SDK_ROOT, ...library('canonicalize')], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'canonicalize-in-one-file',
      'canonicalize is wrapped once, in canonical.ts.',
      { pathNot: '^packages/sdk/src/canonical[.]ts$' },
      { path: library('canonicalize') },
    ),
    forbid(
      'sdk-http-imports-its-three',
      'sdk/http imports the SDK root, axios, axios-retry and opossum.',
      { path: SDK_HTTP },
      { pathNot: [SDK_ROOT, SDK_HTTP, ...library('axios', 'axios-retry', 'opossum')], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'sdk-testing-stands-alone',
      'sdk/testing imports the SDK and node built-ins, and ajv where it is installed.',
      { path: SDK_TESTING },
      {
        pathNot: [SDK_ROOT, SDK_HTTP, SDK_TESTING, ...library('ajv', 'ajv-formats', 'mocha')],
        dependencyTypesNot: ['core'],
      },
    ),

    forbid(
      'engine-imports-only-the-sdk',
      'The engine imports node built-ins and the SDK root; its test kit also sdk/testing.',
      { path: '^packages/engine/src/(?!testing/)' },
      { pathNot: [ours('engine'), SDK_ROOT], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'engine-testing-imports-only-the-sdk',
      'The suites for adapters import the engine and the SDK.',
      { path: '^packages/engine/src/testing/' },
      { pathNot: [ours('engine'), SDK_ROOT, SDK_TESTING, ...library('mocha')], dependencyTypesNot: ['core'] },
    ),
    forbid(
      'adapters-stand-on-engine-and-sdk',
      'Adapters know the engine and the SDK, not the host, the CLI or a plugin.',
      { path: ours('adapters') },
      { path: [ours('(host|cli)'), '^plugins/'] },
    ),
    forbid(
      'host-meets-plugins-by-name',
      'The host imports no plugin: it loads them at run time, by the name in the registry.',
      { path: '^packages/host/src/' },
      { path: [ours('cli'), '^plugins/'] },
    ),
    forbid(
      'cli-speaks-http',
      'The CLI holds the hub through HTTP: of our packages it imports the SDK alone.',
      { path: '^packages/cli/src/' },
      { path: [ours('(engine|adapters|host)'), '^plugins/'] },
    ),
    forbid(
      'plugins-import-only-the-sdk',
      'A plugin imports @eucora/sdk and the library of its vendor.',
      { path: '^plugins/[^/]+/(src|simulator)/' },
      { path: ours('(engine|adapters|host|cli)') },
    ),
    forbid(
      'plugins-do-not-meet',
      'A plugin never imports another plugin.',
      { path: '^plugins/([^/]+)/' },
      { path: '^plugins/', pathNot: '^plugins/$1/' },
    ),
    forbid(
      'tests-look-downwards',
      'A test of the SDK or the engine does not need what stands on them.',
      { path: '^packages/(sdk|engine)/test/' },
      { path: [ours('(adapters|host|cli)'), '^plugins/'] },
    ),
    forbid(
      'sdk-tests-need-the-sdk',
      'The SDK is tested without the engine.',
      { path: '^packages/sdk/' },
      { path: ours('engine') },
    ),

    forbid(
      'host-libraries-in-host',
      'koa and inversify are used in the host alone.',
      { path: SOURCES, pathNot: ours('host') },
      { path: HOST_ONLY },
    ),
    forbid(
      'storage-libraries-in-adapters',
      'typeorm, pg, pglite, bull, ioredis and aws-sdk are used in the adapters alone.',
      { path: SOURCES, pathNot: ours('adapters') },
      { path: ADAPTERS_ONLY },
    ),
    forbid(
      'no-test-in-source',
      'What is shipped does not import its tests.',
      { path: SOURCES },
      { path: ['^(packages|plugins)/[^/]+/test/', '[.]test[.]ts$', '^tools/', '^examples/'] },
    ),
    forbid(
      'front-doors-only',
      'A package is entered by its name, not by a path into it.',
      { path: '^(packages|plugins)/([^/]+)/' },
      { path: '^(packages|plugins)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    ),

    forbid('no-cycle', 'A cycle has no beginning to read from.', {}, { circular: true }),
    forbid(
      'no-orphan',
      'A file that nothing imports and that imports nothing is not part of anything.',
      { orphan: true, path: SOURCES, pathNot: '[.]d[.]ts$' },
      {},
    ),
    forbid(
      'no-undeclared-dependency',
      'What is imported stands in the nearest package.json.',
      { path: SOURCES },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    ),
    forbid('no-unresolvable-import', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    forbid(
      'no-dev-dependency-at-run-time',
      'What is shipped does not stand on what only its developers install.',
      { path: SOURCES, pathNot: '^packages/sdk/src/canonical[.]ts$' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|plugins)/[^/]+/(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.base.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['eucora-source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
