import type { SimulationResult } from '@weir/shared/contract/simulation'
import { expect, it } from 'vitest'
import { effectSentence } from './simulation-words.ts'

const NONE = { queries: 0, names: 0, clients: 0 }
const result = (effects: Partial<SimulationResult['effects']>, queries = 10) =>
  ({
    effects: { blocked: NONE, freed: NONE, rewritten: NONE, redirected: NONE, otherwise: NONE, ...effects },
    covered: { queries },
  }) as SimulationResult

it('says what a draft would have done, to how much, and when', () => {
  expect(effectSentence(result({ blocked: { queries: 214, names: 12, clients: 3 } }), '24h')).toBe(
    'Would have blocked 214 queries of 12 names from 3 clients in the last 24 hours.',
  )
  const both = { blocked: { queries: 1, names: 1, clients: 1 }, freed: { queries: 2, names: 1, clients: 2 } }
  expect(effectSentence(result(both), '7d')).toBe(
    'Would have blocked 1 query of 1 name from 1 client, and freed 2 queries of 1 name from 2 clients in the last 7 days.',
  )
})

it('says that nothing would have changed, or that there is nothing to try it on', () => {
  expect(effectSentence(result({}), '24h')).toBe('Would have changed nothing in the last 24 hours.')
  expect(effectSentence(result({}, 0), '7d')).toBe('No query of the last 7 days is in the log to try it on.')
})
