import { defaultSettings, type Settings } from '@weir/shared/contract/settings'
import { describe, expect, it } from 'vitest'
import { NO_SCOPE } from '../pipeline/policy-source.ts'
import { QueryContext } from '../query/query-context.ts'
import type { ConfigData, OverrideRow, RuleRow } from '../rules/policy-data.ts'
import { LivePolicy } from './live-policy.ts'

const NOW = Date.UTC(2026, 0, 1)

const rule = (changes: Partial<RuleRow> = {}): RuleRow => ({
  id: 1,
  action: 'block',
  match: 'exact',
  pattern: 'www.example.org',
  enabled: true,
  important: false,
  ttlSeconds: null,
  expiresAt: null,
  ...changes,
})

function scopeWith(
  rules: readonly RuleRow[],
  blocking: Partial<Settings['blocking']> = {},
  overrides: readonly OverrideRow[] = [],
): number {
  const settings = defaultSettings(['192.0.2.53'])
  const config: ConfigData = {
    revision: 1,
    settings: { ...settings, blocking: { ...settings.blocking, ...blocking } },
    groups: [{ id: 1, name: 'Everyone', isDefault: true, answer: null }],
    clients: [],
    overrides,
    schedules: [],
    lists: [],
    ruleSets: [],
    rules: { kind: 'full', rules },
    faults: [],
  }
  const query = new QueryContext(new Uint8Array(512), new Uint8Array(512))
  query.groupId = 7
  query.receivedAtMs = NOW
  return new LivePolicy(config, null).verdictScope(query)
}

describe('what may be remembered of an answer', () => {
  it('is one for all clients of a group, while only rules decide', () => {
    expect(scopeWith([rule()])).toBe(7)
    expect(scopeWith([rule()], { pausedUntil: NOW })).toBe(7)
  })

  it('is nothing while a rule will expire', () => {
    expect(scopeWith([rule(), rule({ id: 2, action: 'allow', expiresAt: NOW + 1 })])).toBe(NO_SCOPE)
  })

  it('is told apart by group alone while rules go by schedules: the edition changes as one begins or ends', () => {
    expect(scopeWith([rule({ schedule: 1 })])).not.toBe(NO_SCOPE)
  })

  it('is nothing while an override holds: it is for some clients, and ends', () => {
    const override = { id: 1, kind: 'pause', name: null, client: '192.0.2.7', groupId: null, createdAt: 0 } as const
    expect(scopeWith([], {}, [{ ...override, endsAt: NOW + 1 }])).toBe(NO_SCOPE)
    expect(scopeWith([], {}, [{ ...override, endsAt: NOW }])).toBe(7)
  })

  it('is nothing while blocking is paused', () => {
    expect(scopeWith([rule()], { pausedUntil: NOW + 1 })).toBe(NO_SCOPE)
  })
})
