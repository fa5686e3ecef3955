import tseslint from 'typescript-eslint';

const TESTS = ['**/test/**', '**/*.test.ts'];

/** A default export only where a loader asks for one: plugins, and the settings of tools. */
const DEFAULT_EXPORTS = [
  'plugins/*/src/index.ts',
  'examples/*/index.ts',
  '**/*.config.{ts,js}',
  'tools/test/reporter.mjs',
  'packages/sdk/src/testing/**/fixtures/**',
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '**/node_modules/', '.cache/', '.nx/', '**/.eucora/', 'temp/'] },
  {
    files: ['**/*.{ts,mjs,js}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'A union of literals says the same and needs no run time.' },
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Named exports; a default only where a loader needs a known name.',
        },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // What a signal was aborted with is handed on as it is.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // Our objects are closures: their methods do not use `this`, and are handed around.
      '@typescript-eslint/unbound-method': 'off',
      // A port's method is asynchronous whether or not this implementation waits for something.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: TESTS,
    rules: {
      // chai says `expect(it).to.be.true`, and what a server answered is looked at as it came.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Typed by comments, where a cast costs more than it tells.
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // For browsers, served as they are.
    files: ['packages/host/assets/**'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: DEFAULT_EXPORTS,
    rules: { 'no-restricted-syntax': 'off' },
  },
);
