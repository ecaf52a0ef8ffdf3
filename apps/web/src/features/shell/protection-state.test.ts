import { describe, expect, it } from 'vitest'
import { protectionState, untilTomorrow } from './protection-state.ts'

describe('the state of protection', () => {
  it.each([
    ['on', { enabled: true, pausedUntil: null }, 'Protected'],
    ['on once the pause is over', { enabled: true, pausedUntil: 999 }, 'Protected'],
    ['paused with the time left', { enabled: true, pausedUntil: 300_000 }, 'Paused 4:59'],
    ['paused for hours', { enabled: true, pausedUntil: 3_724_000 }, 'Paused 1:02:03'],
    ['off, whatever the pause says', { enabled: false, pausedUntil: 300_000 }, 'Blocking off'],
  ])('is %s', (_, blocking, text) => expect(protectionState(blocking, 1000, true).text).toBe(text))

  it('is not said where nobody knows it', () => {
    expect(protectionState(undefined, 1000, true)).toEqual({ kind: 'unknown', text: 'Unknown' })
    // The settings that were read last say what was wanted, not what a resolver does that says nothing.
    const wanted = { enabled: true, pausedUntil: null }
    expect(protectionState(wanted, 1000, false)).toEqual({ kind: 'unknown', text: 'Unreachable' })
  })

  it('ends a pause until tomorrow at six in the morning', () => {
    const end = new Date(untilTomorrow(new Date(2026, 0, 31, 23, 30).getTime()))
    expect([end.getDate(), end.getHours(), end.getMinutes()]).toEqual([1, 6, 0])
  })
})
