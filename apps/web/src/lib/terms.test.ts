import { describe, expect, it } from 'vitest'
import { choiceForAll, choiceForGroup, type TermChoice, type TermInput, termsFrom, termsInWords } from './terms.ts'

const GROUPS = [
  { id: 1, name: 'Everyone' },
  { id: 2, name: 'Kids' },
  { id: 3, name: 'Guests' },
]
const SCHEDULES = [{ id: 5, name: 'School nights' }]
const none: TermInput = { groups: [], schedule: null, perGroup: [] }

describe('terms as choices', () => {
  it.each<[string, TermChoice, [number, TermChoice][], TermInput, string]>([
    ['for all', 'always', [], none, 'everyone'],
    ['for all at night', '5', [], { ...none, schedule: 5 }, 'everyone: School nights'],
    [
      'for all but one',
      'always',
      [[3, 'never']],
      { ...none, perGroup: [{ group: 3, enabled: false, schedule: null }] },
      'everyone; Guests: never',
    ],
    [
      'for one at night',
      'never',
      [[2, '5']],
      { groups: [2], schedule: null, perGroup: [{ group: 2, enabled: true, schedule: 5 }] },
      'Kids: School nights',
    ],
    [
      'for nobody',
      'never',
      [],
      { groups: [1], schedule: null, perGroup: [{ group: 1, enabled: false, schedule: null }] },
      'nobody',
    ],
  ])('%s come back as they were', (_, all, ofGroups, terms, words) => {
    expect(termsFrom(all, new Map(ofGroups), 1)).toEqual(terms)
    expect(choiceForAll(terms)).toBe(all)
    for (const [group, choice] of ofGroups) expect(choiceForGroup(terms, group)).toBe(choice)
    expect(termsInWords(terms, GROUPS, SCHEDULES)).toBe(words)
  })

  it('read groups that are only named', () => {
    const terms = { groups: [2], schedule: 5, perGroup: [] }
    expect([1, 2, 3].map((id) => choiceForGroup(terms, id))).toEqual(['inherit', '5', 'inherit'])
  })
})
