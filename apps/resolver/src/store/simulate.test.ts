import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SimulationResult } from '@weir/shared/contract/simulation'
import type { SimulationChange } from '@weir/shared/control/simulation'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openReader, openWriter } from '@weir/shared/db/open-database'
import { nameClass } from '@weir/shared/lists/name-class'
import { sealSegment } from '@weir/shared/log/seal-segment'
import { SEGMENT_ROWS } from '@weir/shared/log/segment'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ListFixture, reversedOctets } from '../rules/lists.fixture.ts'
import { rulesOf } from '../rules/packed-rows.ts'
import { compileLists } from '../rules/policy.fixture.ts'
import type { CompiledIndex, ConfigData, RuleRow } from '../rules/policy-data.ts'
import { LivePolicy } from '../threads/live-policy.ts'
import { NEW_RULE_ID } from './draft-config.ts'
import { loadConfig } from './load-config.ts'
import { type Asked, naiveEffects, UNTIL_MS } from './naive-simulation.fixture.ts'
import { simulate } from './simulate.ts'
import { TierCompiler } from './tier-compiler.ts'
import { TierFiles } from './tier-files.ts'

const FROM_MS = UNTIL_MS - 86_400_000
const CLIENTS = ['192.0.2.10', '192.0.2.20', '198.51.100.7', '']
/** The first belongs to group 2. */
const CHILD = CLIENTS[0]!

let folder: string
let weir: Database
let log: Database
let nextQuery: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-simulate-'))
  weir = openWriter(join(folder, 'weir.db'), 'config')
  expect(migrate(weir, migrationsOf('weir')).ok).toBe(true)
  log = openWriter(join(folder, 'log.db'), 'log')
  expect(migrate(log, migrationsOf('log')).ok).toBe(true)
  weir.exec(`INSERT INTO client_group (id, name, revision) VALUES (2, 'Children', 1)`)
  weir.exec(`INSERT INTO client (prefix, group_id, revision) VALUES ('${CHILD}', 2, 1)`)
  nextQuery = 1
})
afterEach(() => {
  log.close()
  weir.close()
  return rm(folder, { recursive: true })
})

const checked = (action: CheckedRule['action'], match: CheckedRule['match'], pattern: string, more = {}): CheckedRule =>
  ({
    ...{ action, match, pattern, enabled: true, important: false, queryTypes: [], groups: [], ttlSeconds: null },
    ...{ expiresAt: null, comment: '', ...more },
  }) as CheckedRule

function storeRules(rules: readonly CheckedRule[]): void {
  weir.exec('DELETE FROM rule')
  for (const [i, { action, match, pattern, enabled, important, expiresAt, ...details }] of rules.entries())
    weir
      .prepare(
        `INSERT INTO rule (id, action, match, pattern, identity, enabled, important, expires_at, details, created_at, updated_at, revision)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 1)`,
      )
      .run(
        i + 1,
        action,
        match,
        pattern,
        `${i}`,
        enabled ? 1 : 0,
        important ? 1 : 0,
        expiresAt,
        JSON.stringify(details),
      )
}
function storeLists(lists: readonly ListFixture[]): CompiledIndex {
  weir.exec('DELETE FROM list')
  for (const { id, name = `list ${id}`, kind = 'block', enabled = true, groups = [], shadow = false } of lists)
    weir
      .prepare(
        `INSERT INTO list (id, name, kind, source, enabled, groups, shadow, position, created_at, updated_at, revision)
         VALUES (?, ?, ?, 'content', ?, ?, ?, ?, 0, 0, 1)`,
      )
      .run(id, name, kind, enabled ? 1 : 0, JSON.stringify(groups), shadow ? 1 : 0, id)
  return compileLists(lists)
}
/** The same lists, some of them beyond the memory budget. */
function onDisk(stored: readonly ListFixture[], inMemory: readonly ListFixture[]): CompiledIndex {
  const key = new Uint8Array(32).fill(7)
  const lists = stored.map(({ id, entries = [] }) => ({ listId: id, versionId: id, names: entries.length }))
  const order = { lists, key, filterOctets: 1024, budgetOctets: 1024 }
  const compiler = new TierCompiler(new TierFiles(join(folder, 'tiers')), order)
  for (const [number, { entries = [] }] of stored.entries())
    for (const { name, match, allows = false, important = false } of entries) {
      const octets = reversedOctets(name)
      compiler.add(octets, 0, octets.length, number, nameClass(allows ? 'allow' : 'block', match, important))
    }
  return { ...compileLists(inMemory, key), tier: compiler.finish(() => {}) }
}
function idOf(table: 'name' | 'client', text: string): number {
  const column = table === 'name' ? 'name' : 'address'
  const found = log.prepare(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck().get(text) as number | undefined
  if (found !== undefined) return found
  const insert = table === 'name' ? 'name (name, reversed) VALUES (?, ?)' : 'client (address) VALUES (?)'
  const values = table === 'name' ? [text, text.split('.').reverse().join('.')] : [text]
  return Number(log.prepare(`INSERT INTO ${insert}`).run(...values).lastInsertRowid)
}
function logQueries(asked: readonly Asked[], atMs = UNTIL_MS - 3_600_000): void {
  const insert = log.prepare(
    `INSERT INTO query (id, at, name_id, client_id, qtype, qclass, outcome, reason, transport, duration_us)
     VALUES (?, ?, ?, ?, ?, 1, 0, 0, 0, 0)`,
  )
  log.transaction(() => {
    for (const { name, client, qtype } of asked)
      insert.run(nextQuery++, atMs, idOf('name', name), idOf('client', client), qtype)
  })()
}
function run(changes: readonly SimulationChange[], index: CompiledIndex | null): SimulationResult {
  const reader = openReader(join(folder, 'weir.db'))
  try {
    const places = { databasePath: '', logPath: '', tiersPath: join(folder, 'tiers'), fallbackServers: ['192.0.2.53'] }
    const result = simulate(reader, log, { ...places, index, changes, fromMs: FROM_MS, untilMs: UNTIL_MS })
    if (typeof result === 'string') throw new Error(result)
    return SimulationResult.parse(result)
  } finally {
    reader.close()
  }
}
const config = (): ConfigData => loadConfig(weir, ['192.0.2.53'])

const name = fc
  .array(fc.constantFrom('a', 'b', 'ads', 'www'), { maxLength: 2 })
  .chain((labels) => fc.constantFrom('example.org', 'example.net', 'org').map((base) => [...labels, base].join('.')))
const rule: fc.Arbitrary<CheckedRule> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('block' as const, 'allow' as const),
      fc.constantFrom('exact' as const, 'suffix' as const, 'subdomains' as const),
      name,
      fc.record({
        important: fc.boolean(),
        groups: fc.constantFrom([], [2]),
        queryTypes: fc.constantFrom([], ['A']),
        enabled: fc.boolean(),
      }),
    )
    .map(([action, match, pattern, more]) => checked(action, match, pattern, more)),
  name.map((pattern) => checked('block', 'regex', `^${pattern.replaceAll('.', '\\.')}$`)),
  name.map((pattern) => checked('rewrite', 'exact', pattern, { ipv4: ['192.0.2.99'], ipv6: [] })),
  name.map((pattern) => checked('forward', 'suffix', pattern, { servers: ['198.51.100.53'] })),
  fc.tuple(name, name).map(([pattern, target]) => checked('alias', 'exact', pattern, { target })),
)
const asked: fc.Arbitrary<Asked> = fc.record({
  name,
  client: fc.constantFrom(...CLIENTS),
  qtype: fc.constantFrom(1, 28),
})
const entries = fc.array(
  fc.record({ name, match: fc.constantFrom('exact' as const, 'suffix' as const), important: fc.boolean() }),
  { maxLength: 6 },
)

describe('a simulation', () => {
  it('takes what only records for nothing, and says what it would do if it acted', () => {
    const index = storeLists([{ id: 1, shadow: true, entries: [{ name: 'ads.example', match: 'suffix' }] }])
    const rule = checked('block', 'suffix', 'game.example', { shadow: true })
    storeRules([rule])
    logQueries(['ads.example', 'game.example', 'other.example'].map((name) => ({ name, client: CHILD, qtype: 1 })))
    const acting = run([{ kind: 'list', id: 1, shadow: false }], index)
    expect(acting.names.map(({ name, effect }) => [name, effect])).toEqual([['ads.example', 'blocked']])
    const { shadow: _, ...active } = rule
    const both = run(
      [
        { kind: 'list', id: 1, shadow: false },
        { kind: 'rule', id: 1, rule: active },
      ],
      index,
    )
    expect(both.effects.blocked.queries).toBe(2)
    expect(run([{ kind: 'list', id: 1, enabled: false }], index).names).toEqual([])
    expect(run([{ kind: 'rule', rule: { ...rule, pattern: 'other.example' } }], index).findings).toEqual([])
  })

  it('counts what question after question counts, with rules of all kinds changed', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 8 }),
        entries,
        rule,
        fc.integer({ min: 0, max: 8 }),
        fc.array(asked, { minLength: 20, maxLength: 80 }),
        (rules, listed, drafted, changedAt, queries) => {
          log.exec('DELETE FROM query')
          storeRules(rules)
          const index = storeLists([{ id: 1, entries: listed }])
          logQueries(queries)
          const id = changedAt < rules.length ? changedAt + 1 : undefined
          const result = run([{ kind: 'rule', id, rule: drafted }], index)
          const before = config()
          const rows = rulesOf(before).filter((row) => row.id !== id)
          const then: RuleRow[] = [...rows, { ...drafted, id: id ?? NEW_RULE_ID }]
          const after: ConfigData = { ...before, rules: { kind: 'full', rules: then } }
          expect(result.effects).toEqual(
            naiveEffects(queries, new LivePolicy(before, index), new LivePolicy(after, index)),
          )
          expect(result.covered).toMatchObject({ queries: queries.length, notes: expect.any(Array) })
        },
      ),
      { numRuns: 30 },
    )
  }, 60_000)

  it('counts the same for another content of a list, of which only what was asked for is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        entries,
        fc.array(asked, { minLength: 20, maxLength: 60 }),
        async (old, fresh, queries) => {
          log.exec('DELETE FROM query')
          const other: ListFixture = { id: 2, entries: [{ name: 'b.example.org', match: 'suffix' }] }
          const index = storeLists([{ id: 1, entries: old }, other])
          logQueries(queries)
          const path = join(folder, 'draft.txt')
          const line = ({ name, match, important }: (typeof fresh)[number]): string =>
            match === 'suffix' ? `||${name}^${important ? '$important' : ''}` : important ? `|${name}^$important` : name
          await writeFile(path, ['[Adblock Plus]', '||elsewhere.example^', ...fresh.map(line)].join('\n'))
          const then = compileLists([{ id: 1, entries: [...fresh] }, other])
          const now = config()
          const result = run([{ kind: 'list', id: 1, path }], index)
          expect(result.effects).toEqual(naiveEffects(queries, new LivePolicy(now, index), new LivePolicy(now, then)))
          const split = onDisk([{ id: 1, entries: old }], [other])
          expect(run([{ kind: 'list', id: 1, path }], split).effects).toEqual(result.effects)
        },
      ),
      { numRuns: 20 },
    )
  }, 60_000)

  it('knows what lists hold above a name that is written with escapes', async () => {
    const index = storeLists([
      { id: 1, entries: [{ name: 'ads.example.org', match: 'suffix' }] },
      { id: 2, entries: [] },
    ])
    logQueries([{ name: 'a\\032b.ads.example.org', client: CHILD, qtype: 1 }])
    const path = join(folder, 'draft.txt')
    await writeFile(path, '[Adblock Plus]\n||example.org^\n')
    const { effects } = run([{ kind: 'list', id: 2, path }], index)
    expect(Object.values(effects).map(({ queries }) => queries)).toEqual(Object.values(effects).map(() => 0))
  })

  it('tells names with who decides now and then, and clients', () => {
    const index = storeLists([{ id: 1, name: 'Ads', entries: [{ name: 'ads.example.org', match: 'suffix' }] }])
    const www = { name: 'www.example.org', client: CHILD, qtype: 1 }
    logQueries([www, www, { ...www, client: CLIENTS[1]! }, { ...www, name: 'ads.example.org' }])
    const drafted = checked('block', 'suffix', 'example.org', { groups: [2] })
    const result = run([{ kind: 'rule', rule: drafted }], index)
    expect(result.names).toEqual([
      {
        name: 'www.example.org',
        effect: 'blocked',
        queries: 2,
        clients: 1,
        before: 'forwarded',
        after: 'blocked by rule ||example.org^$groups=2',
      },
    ])
    expect(result.clients).toEqual([{ client: CHILD, effect: 'blocked', queries: 2, names: 1 }])
    const freed = run([{ kind: 'list', id: 1, enabled: false }], index)
    expect(freed.names).toMatchObject([{ effect: 'freed', before: 'blocked by list Ads', after: 'forwarded' }])
  })

  it('says which rules would be redundant, shadowed, or match nothing', () => {
    storeRules([checked('allow', 'exact', 'www.example.org', { important: true })])
    const index = storeLists([{ id: 1, name: 'Ads', entries: [{ name: 'ads.example.org', match: 'suffix' }] }])
    logQueries([
      { name: 'ads.example.org', client: CHILD, qtype: 1 },
      { name: 'www.example.org', client: CHILD, qtype: 1 },
    ])
    const findings = (pattern: string) =>
      run([{ kind: 'rule', rule: checked('block', 'exact', pattern) }], index).findings
    expect(findings('ads.example.org')).toEqual([
      'the rule for ads.example.org is redundant: what it decides (1 query) gets the same already, most is blocked by list Ads',
    ])
    expect(findings('www.example.org')[0]).toContain('is shadowed: what matches it (1 query) is decided otherwise')
    expect(findings('new.example.org')).toEqual(['the rule for new.example.org matches no query of the period'])
  })

  it('moves clients to another group, and blocks services', () => {
    storeRules([checked('block', 'suffix', 'example.org', { groups: [2] })])
    logQueries([{ name: 'www.example.org', client: '192.0.2.20', qtype: 1 }])
    logQueries([{ name: 'www.youtube.com', client: CHILD, qtype: 1 }])
    const moved = run([{ kind: 'group', id: 2, clients: [CHILD, '192.0.2.20'] }], null)
    expect(moved.effects.blocked).toEqual({ queries: 1, names: 1, clients: 1 })
    weir.exec(`INSERT INTO schedule (id, name, time_zone, windows, revision) VALUES (1, 'Never so', 'UTC', '[]', 1)`)
    const everyone = run([{ kind: 'group', id: 2, clients: [CHILD, '192.0.2.20'], schedule: 1 }], null)
    expect(everyone.effects.blocked.queries).toBe(0)
    const redirected = run(
      [{ kind: 'group', id: 2, upstreams: { servers: ['198.51.100.1'], strategy: 'failover' } }],
      null,
    )
    expect(redirected.clients).toEqual([{ client: CHILD, effect: 'redirected', queries: 1, names: 1 }])
    const added = run(
      [{ kind: 'group', clients: ['192.0.2.0/24'], upstreams: { servers: ['198.51.100.1'], strategy: 'failover' } }],
      null,
    )
    expect(added.clients).toEqual([{ client: '192.0.2.20', effect: 'redirected', queries: 1, names: 1 }])
    expect(() => run([{ kind: 'group', id: 2, schedule: 9 }], null)).toThrow('changes[0]: there is no schedule 9')
    const service = run([{ kind: 'service', id: 'youtube', enabled: true, groups: [2] }], null)
    expect(service.names).toMatchObject([{ name: 'www.youtube.com', after: 'blocked by service YouTube' }])
  })

  it('tries safe search of an engine before it is switched', () => {
    const asked = { name: 'www.bing.com', client: CHILD, qtype: 1 }
    logQueries([asked, { ...asked, client: '192.0.2.20' }, { ...asked, name: 'www.example.org' }])
    const { effects, names, clients } = run([{ kind: 'safe-search', id: 'bing', enabled: true, groups: [2] }], null)
    expect(effects.rewritten).toEqual({ queries: 1, names: 1, clients: 1 })
    expect(names).toMatchObject([{ name: 'www.bing.com', after: expect.stringContaining('safe search of Bing') }])
    expect(clients).toMatchObject([{ client: CHILD }])
  })

  it('knows clients by the ids that they gave', () => {
    weir.exec(`INSERT INTO client (prefix, group_id, revision) VALUES ('id:tablet', 2, 1)`)
    storeRules([checked('block', 'suffix', 'example.org', { groups: [2] })])
    const one = { name: 'www.example.org', client: '198.51.100.7', qtype: 1 }
    logQueries([one, one])
    log.exec(`INSERT INTO client (id, address, client_id) VALUES (99, '198.51.100.7', 'tablet')`)
    log.exec('UPDATE query SET client_id = 99 WHERE id = 1')
    const deleted = run([{ kind: 'rule', id: 1, rule: null }], null)
    expect(deleted.clients).toEqual([{ client: 'id:tablet', effect: 'freed', queries: 1, names: 1 }])
    const moved = run([{ kind: 'group', id: 2, clients: [CHILD] }], null)
    expect(moved.effects.freed).toEqual({ queries: 1, names: 1, clients: 1 })
  })

  it('judges by the time of day where schedules count, and reads sealed segments as it reads rows', () => {
    weir.exec(
      `INSERT INTO schedule (id, name, time_zone, windows, revision)
       VALUES (1, 'Night', 'UTC', '[{"days":["wed"],"from":"20:30","until":"22:00"}]', 1)`,
    )
    const evening = Date.UTC(2026, 0, 7, 20, 30)
    const one = { name: 'www.example.org', client: CHILD, qtype: 1 }
    logQueries(
      Array.from({ length: SEGMENT_ROWS - 1 }, () => one),
      evening,
    )
    logQueries([one, one], evening - 60_000)
    const drafted = checked('block', 'exact', 'www.example.org', { schedule: 1 })
    const byRows = run([{ kind: 'rule', rule: drafted }], null)
    sealSegment(log, 0)
    expect(log.prepare('SELECT length(data) FROM asked').pluck().get()).toBeLessThan(20)
    const bySegment = run([{ kind: 'rule', rule: drafted }], null)
    expect(byRows.effects.blocked).toEqual({ queries: SEGMENT_ROWS - 1, names: 1, clients: 1 })
    expect(bySegment.effects).toEqual(byRows.effects)
  })

  it('says what part of the traffic it covers, and refuses what is not there', () => {
    logQueries([
      { name: 'www.example.org', client: '', qtype: 1 },
      { name: '', client: CHILD, qtype: 1 },
    ])
    log
      .prepare(`INSERT INTO rollup (resolution, at, outcomes, latency) VALUES (3600, ?, '[5,2]', x'')`)
      .run(UNTIL_MS - 7_200_000)
    const { covered } = run([{ kind: 'rule', rule: checked('block', 'exact', 'example.org') }], null)
    expect(covered).toMatchObject({ queries: 1, queriesInAll: 7 })
    expect(covered.notes).toEqual([
      'queries without a client in the log are judged as of everyone',
      '1 queries have no name in the log',
      '5 queries of the period are not in the log',
    ])
    expect(() => run([{ kind: 'rule', id: 9, rule: null }], null)).toThrow('changes[0]: there is no rule 9')
    expect(() => run([{ kind: 'list', id: 9, enabled: false }], null)).toThrow('changes[0]: there is no list 9')
  })
})
