import type { UpstreamStatus } from '@weir/shared/control/messages'
import { describe, expect, it } from 'vitest'
import { mergeUpstreams } from './merge-upstreams.ts'

const seen = (part: Partial<UpstreamStatus>): UpstreamStatus => ({
  address: '192.0.2.53',
  state: 'up',
  queries: 10,
  failures: 0,
  p50Ms: null,
  p95Ms: null,
  lastError: null,
  ...part,
})

describe('mergeUpstreams', () => {
  it('adds counts and weighs percentiles by them', () => {
    const merged = mergeUpstreams(
      [[seen({ queries: 30, p50Ms: 10, failures: 1 })], [seen({ queries: 10, p50Ms: 50 })]],
      new Set(['192.0.2.53']),
    )
    expect(merged).toEqual([seen({ queries: 40, failures: 1, p50Ms: 20 })])
  })

  it.each([
    ['up when one worker reaches it', ['down', 'up'], 'up'],
    ['down when none does', ['down', 'unknown'], 'down'],
    ['unknown before it was asked', ['unknown', 'unknown'], 'unknown'],
  ] as const)('calls a server %s', (_name, states, expected) => {
    const reports = states.map((state) => [seen({ state })])
    expect(mergeUpstreams(reports, new Set(['192.0.2.53']))[0]?.state).toBe(expected)
  })

  it('shows servers in use that nobody has asked, and no others', () => {
    expect(mergeUpstreams([[seen({})]], new Set(['198.51.100.53']))).toEqual([
      seen({ address: '198.51.100.53', state: 'unknown', queries: 0 }),
    ])
  })
})
