import { describe, expect, it } from 'vitest'
import type { CheckedRule } from './checked-rule.ts'
import { ruleTitle } from './rule-title.ts'

const NAMES = {
  group: (id: number) => ({ 2: 'Kids', 3: 'Guests' })[id],
  schedule: (id: number) => ({ 7: 'School nights' })[id],
}
const RULE: CheckedRule = {
  ...{ action: 'block', match: 'suffix', pattern: 'games.example', enabled: true, important: true, ttlSeconds: null },
  ...{ queryTypes: [], groups: [], expiresAt: null, comment: '' },
}

describe('the title of a rule', () => {
  it.each([
    [{}, '||games.example^$important'],
    [{ groups: [2] }, '||games.example^$important for Kids'],
    [{ groups: [2, 3], schedule: 7 }, '||games.example^$important for Kids, Guests by School nights'],
    [{ groups: [9], schedule: 8 }, '||games.example^$important for group 9 by schedule 8'],
    [{ schedule: 7, important: false, match: 'exact' as const }, 'games.example by School nights'],
  ])('with %j is %s', (scope, title) => {
    expect(ruleTitle({ ...RULE, ...scope }, NAMES)).toBe(title)
  })
})
