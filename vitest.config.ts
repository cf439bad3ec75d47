import { defineConfig } from 'vitest/config';

const EVERYWHERE = ['crds', 'migrations', 'operator', 'services', 'e2e'];
const exclude = ['**/node_modules/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: EVERYWHERE.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...exclude, '**/*.{integration,control-plane,cluster}.test.ts'],
          // Of a test that hangs: how fast a busy machine is says nothing of the code.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          globalSetup: ['e2e/suites/integration-setup.ts'],
          include: EVERYWHERE.map((folder) => `${folder}/**/*.integration.test.ts`),
          exclude,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'control-plane',
          globalSetup: ['e2e/suites/control-plane-setup.ts'],
          include: ['e2e/suites/**/*.control-plane.test.ts'],
          exclude,
          // What a suite starts ends with the process that started it.
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cluster',
          globalSetup: ['e2e/suites/cluster-setup.ts'],
          include: ['e2e/suites/**/*.cluster.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
