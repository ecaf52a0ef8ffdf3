import { describe, expect, it } from 'vitest'
import { decidedBy, isPaused, stepLabel, withLocalTimes } from './explain-words.ts'

const NOBODY = {
  action: 'none',
  reason: 'none',
  rule: null,
  list: null,
  ruleSet: null,
  answer: 'forwarded',
  finalName: 'example.org',
} as const
const step = (name: 'override' | 'answer', outcome: 'decided' | 'passed') => ({
  ...{ step: name, outcome },
  ...{ detail: '', matches: [] },
})

describe('the words of Why?', () => {
  it('tell a pause from rules that have nothing to say', () => {
    expect(isPaused({ decision: NOBODY, trace: [step('override', 'decided')] })).toBe(true)
    expect(isPaused({ decision: NOBODY, trace: [step('answer', 'decided')] })).toBe(false)
    const blocked = { ...NOBODY, action: 'block', reason: 'override' } as const
    expect(isPaused({ decision: blocked, trace: [step('override', 'decided')] })).toBe(false)
  })

  it('name who decided without a gap before a colon', () => {
    const ruleSet = { kind: 'service', id: 'youtube', name: 'YouTube' } as const
    expect(decidedBy({ ...NOBODY, action: 'block', reason: 'service-block', ruleSet })).toBe('by service YouTube')
    expect(decidedBy({ ...NOBODY, action: 'local', reason: 'special-use-name' })).toBe('(special use name)')
    expect(decidedBy(NOBODY)).toBe('')
  })

  it('keep the decision and what lies in the cache apart', () => {
    expect(stepLabel(step('answer', 'decided'))).toBe('The answer')
    expect(stepLabel(step('answer', 'passed'))).toBe('In the cache')
  })

  it('show moments by the clock of the browser', () => {
    const at = new Date(2026, 10, 30, 6, 52, 16)
    expect(withLocalTimes(`paused, until ${at.toISOString()}`, at.getTime())).toBe('paused, until 06:52:16')
    expect(withLocalTimes(`until ${at.toISOString()}`, at.getTime() + 86_400_000)).toBe('until 30 Nov, 06:52')
  })
})
