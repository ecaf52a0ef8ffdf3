import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@weir/shared/clock'
import { defaultSettings } from '@weir/shared/contract/settings'
import { openReader } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import { formatAddress } from '@weir/shared/dns/ip-address'
import { HIT_KINDS } from '@weir/shared/log/rollup'
import { listIdOfNamedSet } from '@weir/shared/services/rule-set-number'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appendRecord } from './append-record.fixture.ts'
import { createCounters } from './counters.ts'
import { LogRecord } from './log-record.ts'
import { createRing, LogRingWriter } from './log-ring.ts'
import { LogWriter } from './log-writer.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const one = fc.record({
  name: fc.constantFrom('a.example.org', 'b.example.org', 'www.example.net'),
  host: fc.integer({ min: 1, max: 3 }),
  clientId: fc.constantFrom('', '', 'tablet', 'x'.repeat(63)),
  effect: fc.integer({ min: -1, max: 4 }),
  by: fc.constantFrom([0, 3], [7, 0], [0, listIdOfNamedSet('youtube')!], [2 ** 31 + 5, 0]),
})
type One = typeof one extends fc.Arbitrary<infer T> ? T : never

const record = new LogRecord()
function fill({ name, host, clientId, effect, by }: One, atMs: number): LogRecord {
  const wire = toWire(name)
  record.name.set(wire)
  record.nameLength = wire.length
  record.client.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, host])
  record.clientId = clientId
  Object.assign(record, { atMs, outcome: 0, qtype: 1, qclass: 1, rcode: 0, listId: 0, upstreamIndex: -1, weight: 1 })
  const [ruleId, listId] = effect < 0 ? [0, 0] : by
  Object.assign(record, { shadowEffect: effect, shadowRuleId: ruleId, shadowListId: listId })
  return record
}

/** As the log has it: null where nothing was. */
const told = ({ name, host, clientId, effect, by: [ruleId, listId] }: One): unknown[] => [
  ...[name, formatAddress(Uint8Array.of(192, 0, 2, host)), clientId],
  ...(effect < 0 ? [null, null, null] : [effect, ruleId || null, listId || null]),
]

it('keeps who asked under which id together with what would have been done, row by row and in counts', () => {
  const clock = new ManualClock()
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 40 }), (queries) => {
      const path = join(mkdtempSync(join(folder, 'run-')), 'log.db')
      const ring = createRing(1 << 20)
      const counters = { counters: [createCounters()], accounted: createCounters() }
      const settings = defaultSettings([]).log
      const writer = new LogWriter({ path, rings: [ring], ...counters, settings, upstreams: [] }, clock)
      const end = new LogRingWriter(ring)
      for (const query of queries) expect(appendRecord(end, fill(query, clock.now()))).toBe(true)
      writer.stop()

      const log = openReader(path)
      const rows = log
        .prepare(
          `SELECT n.name, c.address, c.client_id, q.shadow_effect, q.shadow_rule_id, q.shadow_list_id FROM query q
           JOIN name n ON n.id = q.name_id JOIN client c ON c.id = q.client_id ORDER BY q.id`,
        )
        .raw()
        .all()
      expect(rows).toEqual(queries.map(told))
      for (const [kind, at] of [
        ['shadow-rule', 0],
        ['shadow-list', 1],
      ] as const) {
        const hits = log
          .prepare('SELECT id, count FROM hit WHERE kind = ? ORDER BY id')
          .raw()
          .all(HIT_KINDS.indexOf(kind))
        const expected = new Map<number, number>()
        for (const { effect, by } of queries)
          if (effect >= 0 && by[at]! > 0) expected.set(by[at]!, (expected.get(by[at]!) ?? 0) + 1)
        expect(hits).toEqual([...expected].sort(([a], [b]) => a - b))
      }
      log.close()
    }),
    { numRuns: 40 },
  )
})
