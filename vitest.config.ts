import { defineConfig } from 'vitest/config';

/** The cluster project runs inside the test bed (test/cluster/run.sh) and fails without one: nothing is skipped. */
export default defineConfig({
  test: {
    restoreMocks: true,
    globalSetup: 'test/scratch.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/journeys/**', 'test/cluster/**'],
        },
      },
      {
        extends: true,
        test: { name: 'journey', include: ['test/journeys/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
