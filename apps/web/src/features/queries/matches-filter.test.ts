import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { describe, expect, it } from 'vitest'
import { matchesFilter } from './matches-filter.ts'
import type { QueryFilter } from './query-filter.ts'

const entry: QueryLogEntry = {
  id: 1,
  at: 5000,
  client: '192.0.2.7',
  clientId: 'tablet',
  name: 'www.example.org',
  type: 'AAAA',
  rcode: 'NOERROR',
  outcome: 'blocked',
  reason: 'list-block',
  transport: 'udp',
  durationUs: 40,
  ruleId: null,
  listId: 2,
  listName: 'Ads',
  ruleSet: null,
  shadow: null,
  upstream: null,
  answer: '',
}

describe('the filter of the live tail', () => {
  it.each<[QueryFilter, boolean]>([
    [{}, true],
    [{ name: 'EXAMPLE' }, true],
    [{ name: '.example.org' }, true],
    [{ name: '.www.example.org' }, true],
    [{ name: '.ample.org' }, false],
    [{ client: '192.0.2.7', type: 'aaaa' }, true],
    [{ client: '192.0.2.70' }, false],
    [{ client: 'id:tablet' }, true],
    [{ client: 'id:phone' }, false],
    [{ outcome: 'cached' }, false],
    [{ list: 2, from: 5000, until: 5000 }, true],
    [{ rule: 2 }, false],
    [{ from: 5001 }, false],
    [{ shadow: 'any' }, false],
  ])('%j: %s', (filter, expected) => expect(matchesFilter(entry, filter)).toBe(expected))

  it.each<[QueryFilter, boolean]>([
    [{ shadow: 'any' }, true],
    [{ shadow: 'freed' }, true],
    [{ shadow: 'blocked' }, false],
    [{ shadowList: 3 }, true],
    [{ shadowRuleSet: 'youtube' }, false],
    [{ shadowList: 2 }, false],
    [{ shadowRule: 3 }, false],
  ])('of a query that would have been otherwise, %j: %s', (filter, expected) => {
    const shadow = { effect: 'freed', ruleId: null, listId: 3, listName: null, ruleSet: null } as const
    expect(matchesFilter({ ...entry, shadow }, filter)).toBe(expected)
  })
})
