import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** One run for all packages; a project is a kind of test, so that each can be run by its own name. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

/** A condition that is waited for comes within milliseconds; the limit is for a machine that others keep busy too. */
const patience = { expect: { poll: { timeout: 60_000 } } }

/**
 * Threads that tests start strip types themselves, by WebAssembly. Stripped once, a module is read from a cache: a thread starts
 * in half of the time. And the engine (of Node 24.21) breaks down now and then when it optimises the calls out of WebAssembly
 * in one thread while another ends (`UnregisterWasmAllocation`), so it is told not to; what is built has no types to strip.
 */
const threads = {
  env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/weir/compiled-tests', import.meta.url)) },
  execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
}

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          ...threads,
          ...patience,
          name: 'unit',
          // Loading all modules anew for each file takes two fifths of the time; none keeps state that a test could leave behind.
          isolate: false,
          // By itself vitest leaves a core free, which on two cores is one half of the time.
          maxWorkers: availableParallelism(),
          // Property tests on a busy machine; nothing waits for a clock.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          include: ['{apps,packages}/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
        },
      },
      {
        ...source,
        test: {
          ...threads,
          ...patience,
          name: 'scenarios',
          include: ['apps/resolver/test/scenarios/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        ...source,
        test: {
          ...threads,
          ...patience,
          name: 'integration',
          include: ['apps/*/test/integration/**/*.test.ts'],
          globalSetup: ['scripts/lib/built-product.mjs'],
          // Half of the time goes by while a process starts or ends.
          maxWorkers: availableParallelism(),
          // Processes that start and end again and again, on a machine that others keep busy too.
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
