import fc from 'fast-check'
import { expect, it } from 'vitest'
import { QuestionTable } from './question-table.ts'

const FIRST_QUARTER = 1_963_000

type Row = readonly [nameId: number, clientId: number, qtype: number, quarter: number, count: number]

/** Names may lie together, as those of one day do, or wide apart. */
const row = (nameIds: fc.Arbitrary<number>): fc.Arbitrary<Row> =>
  fc.tuple(
    nameIds,
    fc.constantFrom(1, 2, 4_000_000_000),
    fc.constantFrom(1, 28, 65_535),
    fc.constantFrom(0, FIRST_QUARTER, FIRST_QUARTER + 671),
    fc.integer({ min: 1, max: 1000 }),
  )

function settled(rows: readonly Row[]): { names: number[]; questions: Row[] } {
  const table = new QuestionTable(0, FIRST_QUARTER)
  for (const one of rows) expect(table.add(...one)).toBe(true)
  table.settle()
  const questions = Array.from({ length: table.size }, (_, at): Row => {
    const what = [table.qtypeOf(at), table.quarterOf(at), table.countOf(at)] as const
    return [table.nameIdOf(at), table.clientIdOf(at), ...what]
  })
  const names = Array.from({ length: table.names }, (_, at) => table.nameIdOf(table.nameStarts[at]!))
  expect(table.nameStarts[table.names]).toBe(table.size)
  return { names, questions }
}

it.each([
  ['together', fc.integer({ min: 7, max: 20 })],
  ['wide apart', fc.constantFrom(1, 90_000_000, 2_000_000_000)],
])('adds up equal questions, those of one name together, with names %s', (_, nameIds) => {
  fc.assert(
    fc.property(fc.array(row(nameIds), { maxLength: 200 }), (rows) => {
      const counts = new Map<string, number>()
      for (const [nameId, clientId, qtype, quarter, count] of rows) {
        const key = [nameId, clientId, qtype, quarter].join()
        counts.set(key, (counts.get(key) ?? 0) + count)
      }
      const { names, questions } = settled(rows)
      expect(new Map(questions.map(([nameId, ...rest]) => [[nameId, ...rest.slice(0, 3)].join(), rest[3]]))).toEqual(
        counts,
      )
      expect(questions).toHaveLength(counts.size)
      expect(names).toEqual([...new Set(rows.map(([nameId]) => nameId))].sort((a, b) => a - b))
    }),
  )
})

it('makes room when more comes than was expected, and merges before it gives up', () => {
  const table = new QuestionTable(0, FIRST_QUARTER)
  // Over four million rows, of a thousand questions.
  let refused = 0
  for (let i = 0; i < (1 << 22) + 10; i++) if (!table.add(i % 1000, 1, 1, 0, 1)) refused++
  expect(refused).toBe(0)
  table.settle()
  expect([table.size, table.names]).toEqual([1000, 1000])
  let queries = 0
  for (let at = 0; at < table.size; at++) queries += table.countOf(at)
  expect(queries).toBe((1 << 22) + 10)
})

it('takes no more when too many different ones are left', () => {
  const table = new QuestionTable(1 << 20, FIRST_QUARTER)
  let added = 0
  while (added < 1 << 23 && table.add(added, 1, 1, 0, 1)) added++
  expect(added).toBe(1 << 22)
})
