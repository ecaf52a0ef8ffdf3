import { describe, expect, it } from 'vitest'
import { CleanAnswers } from './clean-answers.ts'

describe('CleanAnswers', () => {
  it('knows nothing at first, also of the first place of an empty cache', () => {
    expect(new CleanAnswers().has(0, 0, 0, 0)).toBe(false)
  })

  it.each([
    ['another place', [6, 4, 1, 2]],
    ['another answer in that place', [5, 6, 1, 2]],
    ['another edition of the policy', [5, 4, 2, 2]],
    ['another group', [5, 4, 1, 3]],
  ] as const)('takes nothing for granted of %s', (_, [slot, sequence, edition, scope]) => {
    const clean = new CleanAnswers()
    clean.note(5, 4, 1, 2)
    expect(clean.has(5, 4, 1, 2)).toBe(true)
    expect(clean.has(slot, sequence, edition, scope)).toBe(false)
  })

  it('forgets, and never confuses, when there are more answers than it holds', () => {
    const clean = new CleanAnswers()
    const last = 100_000
    for (let slot = 0; slot <= last; slot++) clean.note(slot, slot * 2, 1, 1)
    expect(clean.has(last, last * 2, 1, 1)).toBe(true)
    for (let slot = 0; slot <= last; slot += 7) expect(clean.has(slot, slot * 2 + 2, 1, 1)).toBe(false)
  })
})
