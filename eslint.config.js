import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What decides must not touch the world: no I/O, no clock, no waiting. */
const PURE = [
  'crds/src/**',
  'operator/src/features/**',
  'operator/src/platform/{plan,facts,desired,status,names,observed,versions}.ts',
  'services/*/src/domain/**',
];

/** Imports go one way (docs/ARCHITECTURE.md): a zone's `target` may not import from its `from`. */
const ONE_WAY = [
  { target: './crds', from: ['./operator', './services', './migrations', './e2e'] },
  { target: './migrations', from: ['./operator', './services', './crds', './e2e'] },
  { target: './services/runtime', from: ['./services/api', './services/jobs', './migrations', './crds', './operator'] },
  { target: './services/api', from: ['./services/jobs', './crds', './operator', './e2e'] },
  { target: './services/jobs', from: ['./services/api', './crds', './operator', './e2e'] },
  { target: './operator', from: ['./services', './migrations', './e2e'] },
  { target: './operator/src/kube', from: ['./operator/src/features', './operator/src/platform', './crds'] },
  { target: './operator/src/features', from: ['./operator/src/kube', './operator/src/cli'] },
];

export default tseslint.config(
  { ignores: ['**/node_modules/**', '.heroes/**', 'coverage/**', '**/testdata/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafePromises: [{ from: 'package', name: 'FastifyReply', package: 'fastify' }] },
      ],
      // Taking fields out of an object names those that are left behind.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'import-x/no-restricted-paths': ['error', { zones: ONE_WAY }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      complexity: ['error', 12],
    },
  },
  {
    files: PURE,
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                'node:fs*',
                'node:net',
                'node:http*',
                'pg',
                'ioredis',
                'pino',
                'undici',
                '@kubernetes/client-node',
              ],
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'The clock is an argument here.',
        },
        {
          selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
          message: 'The clock is an argument here.',
        },
        {
          selector: 'MemberExpression[object.name="Temporal"][property.name="Now"]',
          message: 'The clock is an argument here.',
        },
        { selector: 'AwaitExpression', message: 'What decides does not wait.' },
      ],
    },
  },
  { files: ['migrations/src/tables.ts', 'services/client/src/generated.ts'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.test.ts', 'e2e/**'], rules: { 'max-lines-per-function': 'off', 'max-params': 'off' } },
);
