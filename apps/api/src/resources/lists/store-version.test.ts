import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWeirDatabase } from '../../weir-database.ts'
import { exportNames } from './export-names.ts'
import type { StoreJob } from './import-job.ts'
import { runImportThread } from './import-thread.ts'
import { PROTECTED_DATA } from './protected-data.ts'
import { ListRepository } from './repository.ts'
import { storeVersion } from './store-version.ts'
import { sweepVersions } from './sweep-versions.ts'

let folder: string
let database: Database
let repository: ListRepository

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-store-'))
  const opened = openWeirDatabase(join(folder, 'weir.db'))
  if (!opened.ok) throw new Error(opened.error.detail)
  database = opened.value
  repository = new ListRepository(database)
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

function jobFor(contentPath: string, extra: Partial<StoreJob> = {}): StoreJob {
  return {
    kind: 'store',
    databasePath: join(folder, 'weir.db'),
    contentPath,
    sizeOctets: statSync(contentPath).size,
    sha256: 'digest',
    listKind: 'block',
    format: 'auto',
    mayAnswer: false,
    previousVersionId: null,
    createdAt: 0,
    guard: null,
    ...extra,
  }
}

function store(text: string, extra: Partial<StoreJob> = {}) {
  const path = join(folder, 'content')
  writeFileSync(path, text)
  return storeVersion(database, jobFor(path, extra))
}

function stored(text: string, extra: Partial<StoreJob> = {}) {
  const outcome = store(text, extra)
  if (!outcome.ok) throw new Error(outcome.error.detail)
  return repository.version(outcome.value.versionId)!
}

const linesOf = (versionId: number): string[] => [...exportNames(repository, versionId)].join('').trimEnd().split('\n')
const rows = (table: string): number => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number

describe('storing a version', () => {
  it('keeps each name once, sorted by its labels from the last, and counts the rest', () => {
    const version = stored(
      '0.0.0.0 b.example.org\n0.0.0.0 a.example.org\n0.0.0.0 example.com\n0.0.0.0 A.example.org.\n',
    )
    expect(version).toMatchObject({ format: 'hosts', names: 3, duplicates: 1, added: 3, removed: 0, rejectedCount: 0 })
    expect(linesOf(version.id)).toEqual(['example.com', 'a.example.org', 'b.example.org'])
    expect(version.storedOctets).toBeGreaterThan(0)
  })

  it('keeps what is more than a plain name as a rule, and the lines that were not understood', () => {
    const version = stored('||example.org^\n@@||ok.example.org^\n/^ads[0-9]+\\./\nexample.org##.ad\n||exa mple^\n')
    expect(version).toMatchObject({ names: 2, complexRules: 1, ignored: 1, rejectedCount: 1 })
    expect(linesOf(version.id).sort()).toEqual(['/^ads[0-9]+\\./', '@@||ok.example.org^', '||example.org^'])
    expect(repository.rejected(version.id)).toMatchObject([{ line: 5, text: '||exa mple^' }])
  })

  it('writes a version in lines that give the same version again', () => {
    const first = stored('||a.example^\n@@|b.example^\n*.c.example^\n||d.example^$important\n|e.example^\n', {
      format: 'adblock',
    })
    const lines = linesOf(first.id)
    const again = stored(lines.join('\n'), { previousVersionId: first.id, format: 'adblock' })
    expect(again).toMatchObject({ names: 5, added: 0, removed: 0, rejectedCount: 0 })
    expect(linesOf(again.id)).toEqual(lines)
  })

  it('counts what is new and what is gone against the version before', () => {
    const first = stored('||a.example^\n||b.example^\n/one/\n/two/\n')
    const second = stored('||b.example^\n||c.example^\n||d.example^\n/two/\n', { previousVersionId: first.id })
    expect(second).toMatchObject({ added: 2, removed: 2 })
  })

  it.each([
    ['nothing at all', '', 'is empty'],
    ['comments only', '# a\n# b\n', 'is empty'],
    ['only lines that are not understood', 'what is this\n', /^has no line that can be used; line 1: /],
    ['only lines for browsers', 'example.org##.ad\nexample.net##.ad\n', 'has 2 lines for browsers, and none for DNS'],
    ['a page', '<html>', 'is not a list: it is an HTML or XML page'],
  ])('refuses %s, and leaves nothing of it', (_name, text, detail) => {
    const outcome = store(text)
    expect(outcome).toMatchObject({ ok: false, error: { detail: expect.stringMatching(detail) } })
    expect([rows('list_version'), rows('list_chunk'), rows('list_rejection')]).toEqual([0, 0, 0])
  })
})

/** Threads and real lists take their time where the machine has other work. */
const PATIENT = { timeout: 60_000 }

describe('the import thread', PATIENT, () => {
  it('that is ended in the middle leaves only what a sweep removes', async () => {
    const path = join(folder, 'content')
    writeFileSync(path, Array.from({ length: 300_000 }, (_, i) => `0.0.0.0 n${i}.example.org\n`).join(''))
    const end = new AbortController()
    const running = runImportThread(jobFor(path), end.signal, () => end.abort())
    await expect(running).rejects.toThrow('ended before it was done')
    expect(rows('list_version')).toBe(1)
    expect(repository.hasLeftovers(3)).toBe(true)
    const sweep = { kind: 'sweep', databasePath: join(folder, 'weir.db'), keptVersions: 3 } as const
    expect(await runImportThread(sweep, new AbortController().signal)).toEqual({ kind: 'swept', versions: 1 })
    expect([rows('list_version'), rows('list_chunk')]).toEqual([0, 0])
  })
})

describe('sweepVersions', () => {
  it('keeps the newest versions of a list and the active one', () => {
    const fields = {
      name: 'a',
      kind: 'block' as const,
      source: 'content' as const,
      url: null,
      format: 'auto' as const,
      enabled: true,
      comment: '',
      groups: [],
      schedule: null,
      perGroup: [],
      answer: null,
      refreshIntervalSeconds: 0,
      mayAnswer: false,
      shadow: false,
      allowPrivateAddresses: false,
      pinned: false,
      guard: {},
    }
    const id = repository.insert(fields, 0, 1)
    const versions = Array.from({ length: 6 }, (_, i) => stored(`n${i}.example\n/regex${i}/\n`).id)
    for (const version of versions) repository.activate(id, version, 0, 1)
    repository.activate(id, versions[1]!, 0, 1)
    expect(sweepVersions(database, 3)).toBe(2)
    expect(repository.versions(id).map((version) => version.id)).toEqual([5, 4, 3, 1].map((i) => versions[i]))
    expect([rows('list_chunk'), rows('list_rule')]).toEqual([4, 4])
    expect(repository.hasLeftovers(3)).toBe(false)
    repository.remove(id)
    expect(repository.hasLeftovers(3)).toBe(true)
    expect(sweepVersions(database, 3)).toBe(4)
    expect([rows('list_version'), rows('list_chunk'), rows('list_rule')]).toEqual([0, 0, 0])
  })
})

/** Beside the repository, not in it; not everybody has it. */
const DATA = new URL('../../../../../../shared/data/lists/', import.meta.url)

describe.runIf(existsSync(DATA))('real lists', PATIENT, () => {
  it.each([
    ['blocklistproject-2026__basic.txt', 'hosts', 76_036],
    ['blocklistproject-2026__dnsmasq-version__basic-dnsmasq.txt', 'dnsmasq', 76_036],
    ['blocklistproject-2026__adguard__tracking-ags.txt', 'adblock', 143_876],
    ['blocklistproject-2026__alt-version__tracking-nl.txt', 'names', 143_876],
    ['ph00lt0-2026__wildcard-blocklist.txt', 'wildcard', 29_498],
    ['ph00lt0-2026__unbound-blocklist.txt', 'unbound', 29_498],
    ['ph00lt0-2026__rpz-blocklist.txt', 'rpz', 29_498],
  ])('%s has as many entries as it says', (file, format, entries) => {
    const version = stored(readFileSync(new URL(file, DATA), 'utf8'))
    expect(version.format).toBe(format)
    expect(version.names + version.complexRules + version.duplicates + version.rejectedCount).toBe(entries)
    expect(version.rejectedCount).toBeLessThan(entries / 1000)
  })

  it.each([
    'blocklistproject-2026__basic.txt',
    'blocklistproject-2026__adguard__tracking-ags.txt',
    'ph00lt0-2026__wildcard-blocklist.txt',
    'ph00lt0-2026__unbound-blocklist.txt',
    'ph00lt0-2026__rpz-blocklist.txt',
    'ph00lt0-2026__blocklist.txt',
  ])('%s covers nothing that is protected', (file) => {
    const protectedNames = Object.values(PROTECTED_DATA).flatMap((names) =>
      names.map((name) => ({ name, because: 'update' as const, isZone: false })),
    )
    const path = join(folder, 'content')
    writeFileSync(path, readFileSync(new URL(file, DATA)))
    const limits = { previousEntries: null, maxShrinkPercent: 50, maxGrowthPercent: 200, checksShape: true }
    const outcome = storeVersion(database, jobFor(path, { guard: { ...limits, protectedNames, acceptedEntries: [] } }))
    expect(outcome).toMatchObject({ ok: true, value: { findings: [] } })
  })

  it('with browser rules keep the part for DNS', () => {
    const version = stored(readFileSync(new URL('ph00lt0-2026__blocklist.txt', DATA), 'utf8'))
    expect(version).toMatchObject({ format: 'adblock' })
    expect(version.names).toBeGreaterThan(29_000)
    expect(version.ignored).toBeGreaterThan(1000)
  })
})
