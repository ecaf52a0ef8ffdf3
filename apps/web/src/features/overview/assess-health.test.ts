import type { List } from '@weir/shared/contract/lists'
import { describe, expect, it } from 'vitest'
import { assessHealth, type HealthInput } from './assess-health.ts'

const well: HealthInput = {
  health: { status: 'ok', resolver: 'up', configRevision: 1, reasons: [], version: '0' },
  resolver: undefined,
  lists: [],
  blocking: undefined,
  quarantined: 0,
  isResolverDown: false,
  nowMs: 1000,
}
const upstream = (address: string, state: 'up' | 'down') => ({
  address,
  state,
  queries: 0,
  failures: 0,
  p50Ms: null,
  p95Ms: null,
  lastError: null,
})
const withUpstreams = (...states: ('up' | 'down')[]): HealthInput => ({
  ...well,
  resolver: {
    log: { state: 'ok' },
    index: { names: 1, lists: 1 },
    upstreams: states.map((state, index) => upstream(`192.0.2.${index}`, state)),
  } as unknown as NonNullable<HealthInput['resolver']>,
})

const withTier = (expectedPassRate: number): HealthInput => {
  const { resolver } = withUpstreams('up')
  const index = { names: 2_000_000, lists: 3, tier: { names: 10_000_000, expectedPassRate } }
  return { ...well, resolver: { ...resolver, ownRules: 4, index } as unknown as NonNullable<HealthInput['resolver']> }
}

describe('the health line', () => {
  it('does not call well what nobody has told it', () => {
    const { level, sentence } = assessHealth({ ...well, health: undefined })
    expect({ level, sentence }).toEqual({ level: 'warn', sentence: 'Whether DNS is well is not known.' })
    expect(assessHealth({ ...well, health: undefined, isResolverDown: true }).level).toBe('bad')
  })

  it('counts the names on disk with those in memory', () => {
    expect(assessHealth(withTier(0.003)).sentence).toBe(
      'DNS is well: 12.00 M names from 3 lists and 4 own rules in effect.',
    )
  })

  it('says when the filter of the names on disk lets too much pass', () => {
    expect(assessHealth(withTier(0.1)).issues).toEqual([])
    expect(assessHealth(withTier(0.393)).issues).toEqual([
      {
        level: 'warn',
        text: 'Memory for names is short: 39.3 % of unlisted names are looked up on disk',
        target: { to: '/settings', search: { section: 'storage' } },
      },
    ])
  })

  it.each<[string, HealthInput, string, string[]]>([
    ['well', well, 'ok', []],
    [
      'bad when the resolver is away',
      { ...well, isResolverDown: true },
      'bad',
      ['The resolver does not answer the console'],
    ],
    ['warning when one of two upstreams is down', withUpstreams('up', 'down'), 'warn', ['1 upstream down: 192.0.2.1']],
    ['bad when all upstreams are down', withUpstreams('down', 'down'), 'bad', ['No upstream answers']],
    [
      'warning when a list failed',
      {
        ...well,
        lists: [
          { id: 3, name: 'Ads', enabled: true, state: 'failed', lastError: 'timeout', heldVersion: null } as List,
        ],
      },
      'warn',
      ['List Ads failed to update'],
    ],
    [
      'warning when a version of a list is held',
      {
        ...well,
        lists: [{ id: 3, name: 'Ads', enabled: true, state: 'held', lastError: null, heldVersion: {} } as List],
      },
      'warn',
      ['A version of list Ads waits for a review'],
    ],
    [
      'silent about a list that is switched off',
      {
        ...well,
        lists: [
          { id: 3, name: 'Ads', enabled: false, state: 'failed', lastError: 'timeout', heldVersion: null } as List,
        ],
      },
      'ok',
      [],
    ],
    [
      'warning while blocking is paused',
      { ...well, blocking: { enabled: true, pausedUntil: 2000 } as NonNullable<HealthInput['blocking']> },
      'warn',
      ['Blocking is paused'],
    ],
  ])('is %s', (_, input, level, texts) => {
    const verdict = assessHealth(input)
    expect(verdict.level).toBe(level)
    expect(verdict.issues.map((issue) => issue.text)).toEqual(texts)
  })
})
