import { defineConfig } from 'vitest/config'

/** One run for all packages; a project is a kind of test, so that each can be run by its own name. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          // Property tests on a busy machine; nothing waits for a clock.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
        },
      },
      {
        ...source,
        test: { name: 'scenarios', include: ['apps/resolver/test/scenarios/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        ...source,
        test: {
          name: 'integration',
          include: ['apps/*/test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
