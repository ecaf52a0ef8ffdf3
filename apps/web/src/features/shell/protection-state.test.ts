import { describe, expect, it } from 'vitest'
import { protectionState, untilTomorrow } from './protection-state.ts'

describe('the state of protection', () => {
  it.each([
    ['on', { enabled: true, pausedUntil: null }, 'Protected'],
    ['on once the pause is over', { enabled: true, pausedUntil: 999 }, 'Protected'],
    ['paused with the time left', { enabled: true, pausedUntil: 300_000 }, 'Paused 4:59'],
    ['paused for hours', { enabled: true, pausedUntil: 3_724_000 }, 'Paused 1:02:03'],
    ['off, whatever the pause says', { enabled: false, pausedUntil: 300_000 }, 'Blocking off'],
  ])('is %s', (_, blocking, text) => expect(protectionState(blocking, 1000).text).toBe(text))

  it('ends a pause until tomorrow at six in the morning', () => {
    const end = new Date(untilTomorrow(new Date(2026, 0, 31, 23, 30).getTime()))
    expect([end.getDate(), end.getHours(), end.getMinutes()]).toEqual([1, 6, 0])
  })
})
