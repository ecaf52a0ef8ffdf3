import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { describe, expect, it } from 'vitest'
import { mergeRows } from './merge-rows.ts'

const row = (id: number, at: number, name = 'example.org'): QueryLogEntry =>
  ({ id, at, name, client: '192.0.2.1', type: 'A', durationUs: 1 }) as QueryLogEntry

describe('tail and log as one', () => {
  it('puts the tail above', () => {
    expect(mergeRows([row(-2, 30), row(-1, 20)], [row(9, 10)]).map((entry) => entry.id)).toEqual([-2, -1, 9])
  })
  it('shows a query once when the log has it by now', () => {
    expect(mergeRows([row(-2, 30), row(-1, 20)], [row(10, 20), row(9, 10)]).map((entry) => entry.id)).toEqual([
      -2, 10, 9,
    ])
  })
  it('is the tail alone while the log is empty', () => expect(mergeRows([row(-1, 20)], [])).toHaveLength(1))
})
