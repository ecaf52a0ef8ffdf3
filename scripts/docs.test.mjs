/** What the pages say of the repository is so: links, files, tests by name, variables, commands. Their shell is run by e2e/specs/documented-commands.spec.ts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { Settings } from '@weir/shared/contract/settings'
import { describe, expect, it } from 'vitest'
import { BENCH_PARTS, refusedOption } from './lib/bench-parts.mjs'
import { root } from './lib/set-up.mjs'

const read = (path) => readFileSync(join(root, path), 'utf8')
const files = ['apps', 'packages', 'e2e', 'scripts', 'docs'].flatMap((folder) => [...filesIn(folder)])
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...files]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: read(path) }))
/** The changelog tells of times that were. */
const present = pages.filter(({ path }) => path !== 'CHANGELOG.md' && !path.startsWith('docs/adr/'))

const found = (from, expression) =>
  from.flatMap(({ path, text }) => [...text.matchAll(expression)].map((match) => ({ path, match })))

/** Not asked of git: the tree may have come without it. */
function* filesIn(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (['node_modules', 'dist', 'results'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else yield path
  }
}

/** GitHub's: lower case, no punctuation, hyphens for spaces. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

describe('the pages', () => {
  it('link to files and headings that are there', () => {
    const broken = found(pages, /\]\(((?!https?:)[^)\s]+)\)/g).filter(({ path, match }) => {
      const [file, anchor] = match[1].split('#')
      const target = file === '' ? path : relative(root, join(root, dirname(path), file))
      if (!existsSync(join(root, target))) return true
      const headings = anchor === undefined ? [] : [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text)
      return anchor !== undefined && !headings.some((heading) => anchorOf(heading) === anchor)
    })
    expect(broken.map(({ path, match }) => `${path}: ${match[1]}`)).toEqual([])
  })

  it('name files that are there', () => {
    const missing = found(present, /`((?:apps|packages|e2e|scripts|docs)\/[\w./-]*\.\w+)`/g).filter(
      ({ match }) => !existsSync(join(root, match[1])),
    )
    expect(missing.map(({ path, match }) => `${path}: ${match[1]}`)).toEqual([])
  })

  it('name npm scripts, parts of the benchmark and options that there are', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const unknown = found(present, /npm run ([\w-]+)(?: -- ([^\n`#]*))?/g).flatMap(
      ({ path, match: [text, name, rest] }) => {
        if (!Object.hasOwn(scripts, name)) return [`${path}: ${text}`]
        const [part, ...options] = name === 'bench' && rest ? rest.trim().split(/\s+/) : []
        if (part === undefined || part.startsWith('--')) return []
        const refused = Object.hasOwn(BENCH_PARTS, part) ? refusedOption(part, options) : `no part ${part}`
        return refused === undefined ? [] : [`${path}: ${text}: ${refused}`]
      },
    )
    expect(unknown).toEqual([])
  })
})

describe('settings', () => {
  it('have the names that the pages give them', () => {
    const unknown = found(present, /`(?:settings\.)?([a-z]+)\.(?!(?:db|txt)`)([a-zA-Z]+)`/g).filter(
      ({ match: [, section, field] }) =>
        Object.hasOwn(Settings.shape, section) && !Object.hasOwn(Settings.shape[section].shape, field),
    )
    expect(unknown.map(({ path, match }) => `${path}: ${match[0]}`)).toEqual([])
  })
})

describe('variables', () => {
  const named = (text) => [...new Set(text.match(/WEIR_[A-Z_]+[A-Z]/g))].sort()
  const table = read('README.md')
    .split('\n')
    .filter((line) => line.startsWith('| `WEIR_'))
    .join('\n')

  it('stand in the table of README.md and in the help of npm start', () => {
    const usage = /const USAGE = `([^`]*)`/.exec(read('scripts/start.mjs'))[1]
    expect(named(usage)).toEqual(named(table))
  })

  it('are read by the processes, and none beside those', () => {
    const sources = [
      'packages/shared/src/environment.ts',
      'packages/shared/src/data-folder.ts',
      'apps/resolver/src/main.ts',
    ]
    expect(named(sources.map(read).join('\n'))).toEqual(named(table))
  })
})

describe('docs/architecture.md', () => {
  it('has the stages of a query, in their order', () => {
    const [, way] = /→ parse in place →([^`]*?)→\s+finish/.exec(read('docs/architecture.md'))
    const source = read('apps/resolver/src/build-pipeline.ts')
    const [, built] = /const gates = \[([\s\S]*?)const handler/.exec(source)
    /** A stage that stands in two places has a name here. */
    const madeBy = (name) => new RegExp(`const ${name} = (\\w+)\\(`).exec(source)?.[1] ?? name
    const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    expect(way.split('→').map((stage) => stage.trim())).toEqual(
      [...built.matchAll(/^ {4}(\w+)[(,]/gm)].map(([, name]) => kebab(madeBy(name))),
    )
  })

  it('has every folder of the resolver that holds code', () => {
    const table = read('docs/architecture.md')
    const folders = new Set(files.map((path) => /^apps\/resolver\/src\/([\w-]+)\//.exec(path)?.[1]).filter(Boolean))
    expect([...folders].filter((folder) => !table.includes(`\`${folder}\``))).toEqual([])
  })
})

describe('docs/security.md', () => {
  const tests = files.filter((path) => /\.(test|spec|contract)\.tsx?$/.test(path))
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\| .*\|$/.test(line) && !/^\| (flaw|what) \|/.test(line))

  it('names tests that there are', () => {
    const missing = rows.flatMap((row) => {
      let named = []
      return [...row.matchAll(/`([\w./-]+\.(?:test|spec|contract)\.tsx?)`|"([^"]+)"/g)].flatMap(([, file, title]) => {
        if (file !== undefined) {
          named = tests.filter((path) => path === file || path.endsWith(`/${file}`))
          return named.length > 0 ? [] : [file]
        }
        return named.length === 0 || named.some((path) => titles(path).includes(title)) ? [] : [`${named}: ${title}`]
      })
    })
    expect(missing).toEqual([])
  })

  it('names scenarios that there are', () => {
    const scenarios = [...rows.join('\n').matchAll(/`([\w-]+\.txt)`/g)].map(([, name]) => name)
    const known = files.filter((path) => path.startsWith('apps/resolver/test/scenarios/')).map((path) => basename(path))
    expect(scenarios.filter((name) => !known.includes(name))).toEqual([])
  })
})

/** Titles as they stand in quotes, and the names of the groups around them. */
const titles = (path) =>
  [...read(path).matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map(([, a, b]) => (a ?? b).replaceAll("\\'", "'"))
