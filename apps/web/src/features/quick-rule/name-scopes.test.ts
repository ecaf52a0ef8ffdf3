import { describe, expect, it } from 'vitest'
import { nameScopes } from './name-scopes.ts'

describe('scopes of a rule made from a name', () => {
  it('go from the name alone to its widest parent of two labels', () => {
    expect(nameScopes('a.b.example.org').map((scope) => `${scope.match} ${scope.pattern}`)).toEqual([
      'exact a.b.example.org',
      'suffix a.b.example.org',
      'suffix b.example.org',
      'suffix example.org',
    ])
  })

  it('stay with the name where it has a single label', () => {
    expect(nameScopes('printer').map((scope) => scope.pattern)).toEqual(['printer', 'printer'])
  })
})
