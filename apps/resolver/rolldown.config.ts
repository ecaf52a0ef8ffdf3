/**
 * The resolver as a few files, for a quick start: reading some two hundred modules, once a thread, takes longer than
 * all else that a start does. One entry a thread; what threads share lies in common chunks.
 *
 * Packages with native parts stay packages. So does `db/migrate`, which finds its SQL files beside itself.
 */
import { defineConfig, type Plugin } from 'rolldown'

const SCHEMAS = '/node_modules/zod/'
/** Threads that validate nothing: 19 MB and 100 ms each, if they did load it. */
const WITHOUT_SCHEMAS = ['query-worker', 'compile-worker', 'log-writer-worker']

const refuseSchemas: Plugin = {
  name: 'refuse-schemas-in-threads',
  generateBundle(_options, bundle) {
    const chunks = new Map(
      Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
    )
    for (const name of WITHOUT_SCHEMAS) {
      const reached = new Set([`${name}.js`])
      for (const file of reached) for (const next of chunks.get(file)?.imports ?? []) reached.add(next)
      const loads = [...reached].some((file) => chunks.get(file)?.moduleIds.some((id) => id.includes(SCHEMAS)))
      if (loads)
        this.error(`${name} loads zod: import words and types from files without schemas, as in log/outcomes.ts`)
    }
  },
}

export default defineConfig({
  input: {
    main: 'src/main.ts',
    'query-worker': 'src/threads/query-worker.ts',
    'compile-worker': 'src/store/compile-worker.ts',
    'inquiry-worker': 'src/store/inquiry-worker.ts',
    'simulation-worker': 'src/store/simulation-worker.ts',
    'log-writer-worker': 'src/telemetry/log-writer-worker.ts',
  },
  platform: 'node',
  external: ['better-sqlite3', 'koffi', '@weir/shared/db/migrate'],
  resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
  plugins: [refuseSchemas],
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-chunk.js' },
})
