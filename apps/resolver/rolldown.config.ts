/**
 * The resolver as a few files, for a quick start: reading some two hundred modules, once a thread, takes longer than
 * all else that a start does. One entry a thread; what threads share lies in common chunks.
 *
 * Each thread keeps the text of what it has loaded, with two octets a character if only one is not ASCII; so all are, and
 * comments are left out. Lines and names stay: stack traces are to say something.
 *
 * Packages with native parts stay packages. So do the expressions' engine, which most threads never need, and
 * `db/migration-folders`, which tells where it lies itself.
 */
import { createRequire, isBuiltin } from 'node:module'
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
      for (const file of reached) {
        const { imports = [], dynamicImports = [] } = chunks.get(file) ?? {}
        for (const next of [...imports, ...dynamicImports]) reached.add(next)
      }
      const loads = [...reached].some((file) => chunks.get(file)?.moduleIds.some((id) => id.includes(SCHEMAS)))
      if (loads)
        this.error(`${name} loads zod: import words and types from files without schemas, as in log/outcomes.ts`)
    }
  },
}

const leaveMigrationFolders: Plugin = {
  name: 'leave-migration-folders',
  resolveId: {
    filter: { id: /migration-folders\.ts$/ },
    handler: () => ({ id: '@weir/shared/db/migration-folders', external: true }),
  },
}

/** Loaded with the first expression: code and tables of some 2 MB in each thread. */
const loadEngineWhenUsed: Plugin = {
  name: 'load-engine-when-used',
  resolveId: { filter: { id: /^re2js$/ }, handler: () => ({ id: '\0engine', moduleSideEffects: false }) },
  load: {
    filter: { id: /^\0engine$/ },
    handler: () => `
import { createRequire } from 'node:module'
let engine
const load = () => (engine ??= createRequire(import.meta.url)('re2js').RE2JS)
export const RE2JS = {
  compile: (source, flags) => load().compile(source, flags),
  get CASE_INSENSITIVE() { return load().CASE_INSENSITIVE },
}`,
  },
}

/**
 * An import of a built-in module makes Node read everything that it exports, once a thread, also what is only loaded when
 * read: for `node:http` that is HTTP/2, TLS and the fetch client, 14 MB. `getBuiltinModule` gives the module as it is.
 */
const readBuiltinsAsUsed: Plugin = {
  name: 'read-builtins-as-used',
  resolveId: {
    filter: { id: /^(node:)?[a-z_]+\d?(\/[a-z]+)?$/ },
    handler: (id, _importer, { kind }) => {
      if (kind !== 'import-statement' || !isBuiltin(id)) return null
      return { id: `\0builtin:${id.replace(/^node:/, '')}`, moduleSideEffects: false }
    },
  },
  load: {
    filter: { id: /^\0builtin:/ },
    handler: (id) => {
      const name = id.slice('\0builtin:'.length)
      const keys = Object.keys(createRequire(import.meta.url)(`node:${name}`)).filter((key) =>
        /^[A-Za-z]\w*$/.test(key),
      )
      return [
        `const builtin = /*#__PURE__*/ process.getBuiltinModule('node:${name}')`,
        'export default builtin',
        ...keys.map((key) => `const own_${key} = /*#__PURE__*/ (() => builtin.${key})()`),
        `export { ${keys.map((key) => `own_${key} as ${key}`).join(', ')} }`,
      ].join('\n')
    },
  },
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      const missed = file.type === 'chunk' && file.imports.find((id) => isBuiltin(id))
      if (missed) this.error(`${file.fileName} imports ${missed} as a whole`)
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
  external: ['better-sqlite3', 'koffi'],
  resolve: { conditionNames: ['source', 'import', 'node', 'default'] },
  plugins: [leaveMigrationFolders, loadEngineWhenUsed, readBuiltinsAsUsed, refuseSchemas],
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-chunk.js',
    charset: 'ascii',
    comments: false,
  },
})
