import { describe, expect, it } from 'vitest'
import { eachRow, packRows } from './packed-rows.ts'
import { rule } from './policy.fixture.ts'
import type { RuleRow } from './policy-data.ts'

const rows = (count: number): RuleRow[] =>
  Array.from({ length: count }, (_, i) => rule(i + 1, 'block', 'regex', `^ä"\\n${i}$`, { clients: ['Zoë'] }))

describe('packRows', () => {
  it.each([0, 1, 999, 1000, 1001, 2000, 3456])('brings back %i rows as they were', (count) => {
    const packed = packRows(rows(count))
    expect([...eachRow(structuredClone(packed))]).toEqual(rows(count))
    expect('lines' in packed).toBe(count >= 1000)
  })
})
