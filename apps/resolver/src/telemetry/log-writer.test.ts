import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import { defaultSettings } from '@weir/shared/contract/settings'
import { openReader } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { HIT_KINDS } from '@weir/shared/log/rollup'
import { PostingKind, SEGMENT_ROWS } from '@weir/shared/log/segment'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { appendRecord } from './append-record.fixture.ts'
import { createCounters } from './counters.ts'
import { LogRecord } from './log-record.ts'
import { createRing, LogRingWriter } from './log-ring.ts'
import { type LogSettings, LogWriter } from './log-writer.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-log-'))
  path = join(folder, 'log.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function setUp(
  settings: Partial<LogSettings> = {},
  { clock = new ManualClock(), rings = 1, ringOctets = 1 << 20, isProcessorScarce = (): boolean => true } = {},
) {
  const memory = Array.from({ length: rings }, () => createRing(ringOctets))
  const writer = new LogWriter(
    {
      path,
      rings: memory,
      counters: [createCounters()],
      accounted: createCounters(),
      settings: { ...defaultSettings([]).log, ...settings },
      upstreams: ['192.0.2.53', '[2001:db8::53]:5300'],
    },
    clock,
    isProcessorScarce,
  )
  const ends = memory.map((ring) => new LogRingWriter(ring))
  return { writer, clock, put: (content: Content, ring = 0) => appendRecord(ends[ring]!, fill(content, clock)) }
}

interface Content {
  name?: string
  client?: readonly number[]
  outcome?: number
  qtype?: number
  rcode?: number
  listId?: number
  atMs?: number
  upstreamIndex?: number
  /** Effect, rule id, list id. */
  shadow?: readonly [number, number, number]
}

const record = new LogRecord()
function fill(content: Content, clock: ManualClock): LogRecord {
  const wire = toWire(content.name ?? 'www.example.org')
  record.name.set(wire)
  record.nameLength = wire.length
  record.client.set(content.client ?? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7])
  record.atMs = content.atMs ?? clock.now()
  record.outcome = content.outcome ?? 0
  record.qtype = content.qtype ?? 1
  record.qclass = 1
  record.rcode = content.rcode ?? 0
  record.listId = content.listId ?? 0
  record.upstreamIndex = content.upstreamIndex ?? -1
  record.weight = 1
  record.shadowEffect = content.shadow?.[0] ?? -1
  record.shadowRuleId = content.shadow?.[1] ?? 0
  record.shadowListId = content.shadow?.[2] ?? 0
  return record
}

function select<T>(sql: string, ...values: unknown[]): T[] {
  const database = openReader(path)
  try {
    return database.prepare(sql).all(...values) as T[]
  } finally {
    database.close()
  }
}
const count = (table: string): number => select<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]!.n

describe('the log writer', () => {
  it('keeps what would have been done, counts it as such, and finds it by its postings', () => {
    const { writer, put, clock } = setUp()
    const shadows = [undefined, [0, 0, 3], [1, 7, 0], [4, 0, 3]] as const
    const noon = 12 * 3_600_000
    clock.advance(noon)
    for (let i = 0; i < SEGMENT_ROWS + 8; i++) {
      const shadow = shadows[i % 4]
      put({ name: 'example.org', ...(shadow && { shadow }) })
      if (i % 4096 === 0) while (writer.flush());
    }
    writer.stop()
    const rows = 'SELECT shadow_effect AS effect, shadow_rule_id AS rule, shadow_list_id AS list FROM query ORDER BY id'
    expect(select(`${rows} LIMIT 4`)).toEqual([
      { effect: null, rule: null, list: null },
      { effect: 0, rule: null, list: 3 },
      { effect: 1, rule: 7, list: null },
      { effect: 4, rule: null, list: 3 },
    ])
    const sealed = SEGMENT_ROWS - 1
    const kept = select<{ key: number; rows: number }>(
      'SELECT key, length(offsets) / 2 AS rows FROM posting WHERE kind = ? AND segment_id = 0',
      PostingKind.ShadowList,
    )
    expect(kept).toEqual([{ key: 3, rows: Math.floor(sealed / 2) }])
    const hits = select<{ kind: number; id: number; n: number }>(
      'SELECT kind, id, sum(count) AS n FROM hit GROUP BY kind, id ORDER BY kind',
    )
    const quarter = (SEGMENT_ROWS + 8) / 4
    expect(hits).toEqual([
      { kind: HIT_KINDS.indexOf('shadow-list'), id: 3, n: 2 * quarter },
      { kind: HIT_KINDS.indexOf('shadow-rule'), id: 7, n: quarter },
    ])
  })

  it('writes what workers noted, merged by time', () => {
    const content = fc.record({
      name: fc.constantFrom('example.org', 'a.example.org', 'b\\.c.example.net', '.'),
      outcome: fc.nat(OUTCOMES.length - 1),
      qtype: fc.nat(300),
      rcode: fc.integer({ min: -1, max: 23 }),
      listId: fc.nat(3),
      upstreamIndex: fc.integer({ min: -1, max: 1 }),
    })
    const contents = fc.sample(content, { numRuns: 400, seed: 7 })
    const { writer, put, clock } = setUp({}, { rings: 2 })
    const expected = contents.map((each, i) => {
      clock.advance(1)
      expect(put(each, i % 2)).toBe(true)
      return { ...each, at: clock.now() }
    })
    writer.stop()
    const rows = select(
      `SELECT q.id, q.at, n.name, c.address AS client, q.outcome, q.qtype, q.rcode, q.list_id AS listId, u.address AS upstream
       FROM query q JOIN name n ON n.id = q.name_id JOIN client c ON c.id = q.client_id
       LEFT JOIN upstream u ON u.id = q.upstream_id ORDER BY q.id`,
    )
    expect(rows).toEqual(
      expected.map(({ at, name, outcome, qtype, rcode, listId, upstreamIndex }, i) => ({
        id: i + 1,
        at,
        name,
        client: '192.0.2.7',
        outcome,
        qtype,
        rcode: rcode < 0 ? null : rcode,
        listId: listId || null,
        upstream: ['192.0.2.53', '[2001:db8::53]:5300'][upstreamIndex] ?? null,
      })),
    )
  })

  it.each([
    ['full', ['192.0.2.7', '2001:db8:1:2ff::1']],
    ['prefix', ['192.0.2.0/24', '2001:db8:1:200::/56']],
    ['none', ['']],
  ] as const)('keeps with privacy %s no more of clients than %j', (clientPrivacy, addresses) => {
    const { writer, put } = setUp({ clientPrivacy })
    put({})
    put({ client: [0x20, 1, 0xd, 0xb8, 0, 1, 2, 255, 0, 0, 0, 0, 0, 0, 0, 1] })
    writer.stop()
    expect(select<{ address: string }>('SELECT address FROM client ORDER BY id').map((row) => row.address)).toEqual(
      addresses,
    )
    const tops = select<{ key: string }>('SELECT DISTINCT key FROM top WHERE kind = 2 ORDER BY key').map(
      (row) => row.key,
    )
    expect(tops).toEqual(addresses.filter((address) => address !== ''))
  })

  it('knows that it is behind while it finds more than workers keep whole, and no longer than that', () => {
    const { writer, put } = setUp({}, { ringOctets: 4096 })
    put({})
    writer.flush()
    expect(writer.isBehind).toBe(false)
    while (put({}));
    writer.flush()
    expect(writer.isBehind).toBe(true)
    writer.flush()
    expect(writer.isBehind).toBe(false)
    writer.stop()
  })

  it('is not behind while it has a processor to itself, however much it finds', () => {
    const { writer, put } = setUp({}, { ringOctets: 4096, isProcessorScarce: () => false })
    while (put({}));
    writer.flush()
    expect(writer.isBehind).toBe(false)
    writer.stop()
  })

  it('takes no more in one round than a bounded part of a full ring, and less while it is behind', () => {
    let isProcessorScarce = true
    const { writer, put } = setUp({}, { ringOctets: 1024 * 1024, isProcessorScarce: () => isProcessorScarce })
    let waiting = 0
    while (put({})) waiting++
    expect(writer.flush()).toBe(true)
    expect(writer.status.written).toBe(512)
    isProcessorScarce = false
    expect(writer.flush()).toBe(true)
    expect(writer.status.written).toBe(512 + 2048)
    writer.stop()
    expect(writer.status.written).toBe(waiting)
  })

  it('writes no queries while the log is off', () => {
    const { writer, put } = setUp({ enabled: false })
    put({})
    writer.flush()
    expect(writer.status).toMatchObject({ state: 'off', written: 0, dropped: 0 })
    writer.stop()
    expect(count('query')).toBe(0)
  })

  it('seals full segments, those of a writer that was killed too', () => {
    const first = setUp({}, { ringOctets: 8 << 20 })
    const rows = SEGMENT_ROWS + 100
    for (let i = 0; i < rows; i++) first.put({ name: `n${i % 50}.example.org`, outcome: i % 2 })
    // As many flushes as rows need, but not the one that seals; then nothing more, as after a kill.
    while (count('query') < rows - 8192) first.writer.flush()
    const second = setUp()
    second.writer.stop()
    first.writer.stop()
    const third = setUp()
    third.writer.stop()
    expect(count('segment')).toBe(1)
    const postings = select<{ octets: number }>('SELECT sum(length(offsets)) AS octets FROM posting WHERE kind = 5')
    // Ids begin at 1: the first segment has one row less.
    expect(postings[0]!.octets).toBe(2 * (SEGMENT_ROWS - 1))
  })

  it('clears queries, names and clients, and goes on', () => {
    const { writer, put } = setUp()
    put({ name: 'secret.example.org' })
    expect(writer.clear()).toBe(true)
    for (const table of ['query', 'name', 'client', 'top']) expect(count(table)).toBe(0)
    put({ name: 'next.example.org' })
    writer.stop()
    expect(select('SELECT name FROM name')).toEqual([{ name: 'next.example.org' }])
  })

  it('runs a checkpoint that empties the WAL while it is open', () => {
    const { writer, put } = setUp()
    put({})
    writer.flush()
    expect(writer.checkpoint('truncate')).toMatchObject({ busy: false, logFrames: 0, checkpointedFrames: 0 })
    writer.stop()
  })

  it('gives the newest queries to whoever looks, a hundred a second, and counts the rest', () => {
    const { writer, put } = setUp()
    put({})
    writer.flush()
    expect(writer.takeTail()).toBeNull()
    writer.tail.isWanted = true
    for (let i = 0; i < 130; i++) put({ upstreamIndex: 1, outcome: 1 })
    writer.flush()
    const tail = writer.takeTail()
    expect(tail?.entries).toHaveLength(100)
    expect(tail?.skipped).toBe(30)
    expect(tail?.entries[0]).toMatchObject({
      id: 0,
      name: 'www.example.org',
      client: '192.0.2.7',
      upstream: '[2001:db8::53]:5300',
    })
    writer.stop()
  })
})

describe('a log.db that cannot be used', () => {
  it('is moved aside when it is no database, and a new one is started', () => {
    writeFileSync(path, 'this is no database, '.repeat(1000))
    const { writer, put } = setUp()
    put({})
    writer.flush()
    expect(writer.status).toMatchObject({ state: 'ok', written: 1, dropped: 0 })
    expect(writer.status.lastError).toContain('not a database')
    writer.stop()
    expect(readdirSync(folder).filter((file) => file.startsWith('log.db.broken-'))).toHaveLength(1)
  })

  it('keeps only the two newest broken ones', () => {
    for (let i = 0; i < 4; i++) {
      writeFileSync(path, 'this is no database, '.repeat(1000))
      setUp({}, { clock: new ManualClock(Date.UTC(2026, 0, 1 + i)) }).writer.stop()
    }
    const broken = readdirSync(folder).filter((file) => file.startsWith('log.db.broken-'))
    expect(broken.sort().map((file) => file.slice(14, 24))).toEqual(['2026-01-03', '2026-01-04'])
  })

  it('is replaced when it loses a table while it is written', () => {
    const { writer, put, clock } = setUp()
    put({})
    writer.flush()
    execFileSync(process.execPath, [
      '-e',
      `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec('DROP TABLE query')`,
    ])
    put({})
    writer.flush()
    clock.advance(60_000)
    put({})
    writer.flush()
    expect(writer.status).toMatchObject({ state: 'ok', written: 2, dropped: 1 })
    writer.stop()
    expect(count('query')).toBe(1)
  })

  it('is made anew when it was removed', () => {
    const { writer, put, clock } = setUp()
    put({})
    writer.flush()
    for (const file of readdirSync(folder)) rmSync(join(folder, file))
    clock.advance(10_000)
    put({})
    writer.stop()
    expect(count('query')).toBe(1)
  })

  it('is tried again later; meanwhile records are dropped and counted, and live views go on', () => {
    mkdirSync(path)
    const { writer, put, clock } = setUp()
    writer.tail.isWanted = true
    put({})
    writer.flush()
    expect(writer.status).toMatchObject({ state: 'broken', written: 0, dropped: 1 })
    expect(writer.takeTail()?.entries).toHaveLength(1)
    expect(writer.checkpoint('passive')).toBeNull()
    expect(writer.clear()).toBe(false)
    rmdirSync(path)
    clock.advance(60_000)
    put({})
    writer.flush()
    expect(writer.status).toMatchObject({ state: 'ok', written: 1, dropped: 1 })
    writer.stop()
  })

  it('of a newer Weir is left alone', () => {
    setUp().writer.stop()
    execFileSync(process.execPath, [
      '-e',
      `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec('PRAGMA user_version = 99')`,
    ])
    const { writer } = setUp()
    expect(writer.status.state).toBe('broken')
    expect(writer.status.lastError).toContain('schema 99')
    writer.stop()
    expect(existsSync(path)).toBe(true)
  })

  it('is whole after the process was killed in the middle of a batch', async () => {
    const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href)
    const program = `
      const { LogWriter } = await import(${here('./log-writer.ts')})
      const { createRing, LogRingWriter } = await import(${here('./log-ring.ts')})
      const { LogRecord } = await import(${here('./log-record.ts')})
      const { appendRecord } = await import(${here('./append-record.fixture.ts')})
      const { createCounters } = await import(${here('./counters.ts')})
      const { defaultSettings } = await import('@weir/shared/contract/settings')
      const { systemClock } = await import('@weir/shared/clock')
      const ring = createRing(), end = new LogRingWriter(ring), record = new LogRecord()
      const writer = new LogWriter({ path: ${JSON.stringify(path)}, rings: [ring], counters: [createCounters()],
        accounted: createCounters(), settings: defaultSettings([]).log, upstreams: [] }, systemClock)
      record.nameLength = 1
      record.atMs = Date.now()
      for (let said = false; ; ) {
        for (record.ruleId++; appendRecord(end, record); record.ruleId++);
        record.ruleId--
        while (writer.flush());
        if (!said) said = process.stdout.write(String(writer.status.written))
      }`
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program], {
      cwd: new URL('.', import.meta.url),
    })
    const said = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    setUp().writer.stop()
    expect(select('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
    const [row] = select<{ rows: number; last: number }>('SELECT count(*) AS rows, max(rule_id) AS last FROM query')
    expect(row!.rows).toBeGreaterThanOrEqual(Number(said))
    expect(row!.last).toBe(row!.rows)
  }, 30_000)
})
