import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendRecord } from './append-record.fixture.ts'
import { LogRecord, MAX_RECORD_OCTETS } from './log-record.ts'
import { createRing, LogRingReader, LogRingWriter } from './log-ring.ts'

interface Content {
  readonly clientId: string
  readonly numbers: readonly number[]
  readonly rcode: number
  readonly upstreamIndex: number
  readonly client: Uint8Array
  readonly name: Uint8Array
  readonly answer: Uint8Array
}

const contents: fc.Arbitrary<Content> = fc.record({
  clientId: fc.constantFrom('', 'tablet', 'x'.repeat(63)),
  numbers: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 9, maxLength: 9 }),
  rcode: fc.integer({ min: -1, max: 4095 }),
  upstreamIndex: fc.integer({ min: -1, max: 2000 }),
  client: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  name: fc.uint8Array({ maxLength: 255 }),
  answer: fc.uint8Array({ maxLength: 64 }),
})

function fill(
  record: LogRecord,
  { numbers, rcode, upstreamIndex, client, clientId, name, answer }: Content,
): LogRecord {
  const [atMs, durationUs, ruleId, listId, qtype, qclass, weight, outcome, reason] = numbers as number[] & { length: 9 }
  Object.assign(record, { atMs, durationUs, ruleId, listId, qtype, qclass, weight, rcode, upstreamIndex })
  record.outcome = outcome! & 0xff
  record.reason = reason! & 0xff
  record.transport = outcome! & 3
  record.client.set(client)
  record.clientId = clientId
  record.name.set(name)
  record.nameLength = name.length
  record.answer.set(answer)
  record.answerLength = answer.length
  return record
}

const copyOf = (record: LogRecord): unknown => ({
  ...record,
  client: [...record.client],
  name: [...record.name.subarray(0, record.nameLength)],
  answer: [...record.answer.subarray(0, record.answerLength)],
})

describe('the log ring', () => {
  it('gives back what was put in, in order, over any number of wraps', () => {
    const bursts = fc.array(fc.array(contents, { maxLength: 6 }), { maxLength: 30 })
    fc.assert(
      fc.property(bursts, (all) => {
        const ring = createRing(4096)
        const writer = new LogRingWriter(ring)
        const reader = new LogRingReader(ring)
        const record = new LogRecord()
        for (const burst of all) {
          const expected: unknown[] = []
          for (const content of burst) if (appendRecord(writer, fill(record, content))) expected.push(copyOf(record))
          const found: unknown[] = []
          while (reader.read(record)) found.push(copyOf(record))
          expect(found).toEqual(expected)
          writer.look()
          expect(writer.used).toBe(0)
        }
      }),
    )
  })

  it('refuses the newest when it is full, and keeps what it has', () => {
    const ring = createRing(1024)
    const writer = new LogRingWriter(ring)
    const record = new LogRecord()
    let written = 0
    for (record.ruleId = 1; appendRecord(writer, record); record.ruleId++) written++
    expect(written).toBe(1024 / 56 - ((1024 / 56) % 1))
    const reader = new LogRingReader(ring)
    for (let expected = 1; expected <= written; expected++) {
      expect(reader.read(record)).toBe(true)
      expect(record.ruleId).toBe(expected)
    }
    expect(reader.read(record)).toBe(false)
  })

  it('goes on when its positions pass 2^32', () => {
    const ring = createRing(1024)
    const header = new Int32Array(ring)
    header[0] = header[16] = -64
    const writer = new LogRingWriter(ring)
    const reader = new LogRingReader(ring)
    const record = new LogRecord()
    for (let i = 1; i < 100; i++) {
      record.ruleId = i
      expect(appendRecord(writer, record)).toBe(true)
      record.ruleId = 0
      expect(reader.read(record) && record.ruleId).toBe(i)
    }
  })

  it('tells the time of its oldest record', () => {
    const ring = createRing(1024)
    const writer = new LogRingWriter(ring)
    const reader = new LogRingReader(ring)
    const record = new LogRecord()
    expect(reader.oldestAtMs).toBe(Number.POSITIVE_INFINITY)
    record.atMs = 1234.5
    appendRecord(writer, record)
    expect(reader.oldestAtMs).toBe(1234.5)
  })

  it.each([1000, 2 * MAX_RECORD_OCTETS - 1, 0])('refuses a capacity of %d octets', (octets) => {
    expect(() => createRing(octets)).toThrow(RangeError)
  })
})
