/** The layers of docs/architecture.md, executed. `npm run layers` fails on any arrow that is not listed here. */
const layers = {
  // folder of apps/resolver/src: what it may import besides itself and packages/shared
  wire: [],
  query: ['wire'],
  rules: ['wire', 'query'],
  cache: ['wire', 'query'],
  clients: ['query'],
  limits: ['wire', 'query'],
  pipeline: ['wire', 'query', 'rules', 'cache', 'clients', 'limits'],
  linux: [],
  listen: ['wire', 'query', 'linux'],
  upstream: ['wire', 'query', 'linux'],
  telemetry: ['query'],
  control: ['query'],
  store: ['query', 'rules', 'clients', 'linux'],
}
const forbid = (name, from, to) => ({ name, severity: 'error', from, to })
/** Tests, and what they share: fixtures lie beside the tests that use them and may import what these may. */
const tests = '\\.(test|fixture)\\.ts$'
const only = ([folder, allowed]) =>
  forbid(
    `resolver/${folder}`,
    { path: `^apps/resolver/src/${folder}/`, pathNot: tests },
    { path: '^apps/resolver/src/', pathNot: `^apps/resolver/src/(${[folder, ...allowed].join('|')})/` },
  )

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }),
    forbid('no-unresolvable', {}, { couldNotResolve: true }),
    forbid(
      'fixtures-only-in-tests',
      { path: '/src/', pathNot: '\\.(test|fixture|contract)\\.tsx?$|/testing/' },
      { path: '\\.fixture\\.ts$|/testing/' },
    ),
    forbid('apps-are-islands', { path: '^(apps/[^/]+)/' }, { path: '^apps/', pathNot: '^$1/' }),
    forbid('shared-is-the-floor', { path: '^packages/' }, { path: '^apps/' }),
    forbid(
      'sqlite-only-in-shared-db',
      { pathNot: '^packages/shared/src/db/' },
      { path: 'node_modules/better-sqlite3' },
    ),
    forbid(
      'dns-packet-only-in-slow-path',
      { path: '^apps/resolver/src/', pathNot: ['src/wire/slow-path', '\\.test\\.ts$'] },
      { path: 'node_modules/dns-packet' },
    ),
    forbid('web-sees-no-node-code', { path: '^apps/web/' }, { path: '^packages/shared/src/(db|control|lists)/' }),
    forbid(
      'web-uses-no-node-modules',
      { path: '^apps/web/src/', pathNot: '\\.test\\.tsx?$' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'browser-safe-shared',
      { path: '^packages/shared/src/(contract|dns|rules)/', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'slices-are-strangers',
      { path: '^apps/api/src/resources/([^/]+)/' },
      { path: '^apps/api/src/resources/', pathNot: '^apps/api/src/resources/$1/' },
    ),
    forbid(
      'features-are-strangers',
      { path: '^apps/web/src/features/([^/]+)/' },
      { path: '^apps/web/src/features/', pathNot: '^apps/web/src/features/$1/' },
    ),
    forbid(
      'features-do-not-know-pages',
      { path: '^apps/web/src/(features|ui|lib)/' },
      { path: '^apps/web/src/(pages|app)/' },
    ),
    forbid('ui-and-lib-are-the-floor-of-web', { path: '^apps/web/src/(ui|lib)/' }, { path: '^apps/web/src/features/' }),
    ...Object.entries(layers).map(only),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs'],
    },
  },
}
