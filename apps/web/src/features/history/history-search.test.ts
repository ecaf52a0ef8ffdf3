import { describe, expect, it } from 'vitest'
import { readHistorySearch, selectionOf, sinceOf } from './history-search.ts'

const NOW = new Date(2026, 4, 5, 9, 30).getTime()

describe('the time that the history shows', () => {
  it('begins at the hour that was set, else with the range', () => {
    expect(sinceOf({ since: '2026-05-05T08:00', range: 'week' }, NOW)).toBe(new Date(2026, 4, 5, 8).getTime())
    expect(sinceOf({ range: 'today' }, NOW)).toBe(new Date(2026, 4, 5).getTime())
    expect(sinceOf({ range: 'hour' }, NOW)).toBe(NOW - 3_600_000)
    expect(sinceOf({}, NOW)).toBeUndefined()
    expect(sinceOf({ since: 'nonsense' }, NOW)).toBeUndefined()
  })
})

describe('undoing all that is shown', () => {
  it('takes who, what and when along', () => {
    expect(selectionOf({ actor: 'anna', since: '2026-05-05T08:00', entity: 'rule' }, NOW)).toEqual({
      actor: 'anna',
      entity: 'rule',
      since: new Date(2026, 4, 5, 8).getTime(),
    })
  })
  it('is not offered for everything there is, nor for what a text was searched in', () => {
    expect(selectionOf({ entity: 'rule' }, NOW)).toBeUndefined()
    expect(selectionOf({ actor: 'anna', search: 'ads' }, NOW)).toBeUndefined()
  })
})

describe('the address bar', () => {
  it('drops what does not fit', () => {
    expect(readHistorySearch({ entity: 'nonsense', range: 'today', open: '7', actor: '' })).toEqual({
      range: 'today',
      open: 7,
    })
  })
})
