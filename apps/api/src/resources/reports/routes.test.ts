import { join } from 'node:path'
import type { PolicyReport } from '@weir/shared/contract/policy-report'
import { HIT_KINDS } from '@weir/shared/log/rollup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogFixture } from '../../testing/log-fixture.ts'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const PATIENT = { timeout: 60_000 }
const DAY_MS = 86_400_000

let api: TestApi
const lists = new Map<string, number>()
const rules = new Map<string, number>()

beforeAll(async () => {
  api = await startTestApi()
  const list = async (name: string, text: string, fields: object = {}) =>
    lists.set(
      name,
      (await api.call('POST', '/api/v1/lists', { body: { name, kind: 'block', text, ...fields } })).json.id,
    )
  await list('A', '||ads.example.org^\na.example.net\nb.example.net\n||x.ads.example.org^\n')
  await list('B', 'ads.example.org\ntrack.ads.example.org\nb.example.net\nonly.example.net\n')
  await list('Exceptions', 'a.example.net\n', { kind: 'allow' })
  await list('Off', 'only.example.net\n', { enabled: false })
  const text = [
    '||wide.example.com^',
    '|www.wide.example.com^',
    '@@||free.example.com^',
    '|www.free.example.com^',
    '|urgent.free.example.com^$important',
    '|www.wide.example.com^$dnstype=A',
    '||ads.example.org^',
    'regular.example.com',
    'address=/yields.example.com/',
    '192.0.2.1 nas.yields.example.com',
    '||deep.yields.example.com^$local=192.0.2.1',
    'address=/deep.yields.example.com/',
  ].join('\n')
  await api.call('POST', '/api/v1/rules/import', { body: { text } })
  await rewrite('nas.wide.example.com')
  await rewrite('nas.example.com')
  for (const rule of (await api.call('GET', '/api/v1/rules?limit=100')).json.items) rules.set(rule.text, rule.id)
}, PATIENT.timeout)
afterAll(() => api.close())

const rewrite = (pattern: string) =>
  api.call('POST', '/api/v1/rules', { body: { action: 'rewrite', match: 'exact', pattern, ipv4: ['192.0.2.1'] } })
const get = async (): Promise<PolicyReport> => (await api.call('GET', '/api/v1/reports/policy', { as: 'viewer' })).json
const make = async (body: object = {}): Promise<PolicyReport> => {
  expect((await api.call('POST', '/api/v1/reports/policy', { body })).status).toBe(202)
  await expect.poll(async () => (await get()).state, PATIENT).not.toBe('running')
  return get()
}
const texts = (found: { items: { rule: { text: string } }[] }) => found.items.map(({ rule }) => rule.text).sort()

describe('the report on the policy', PATIENT, () => {
  it('does not exist before it is asked for, and only those who may edit ask', async () => {
    expect(await get()).toMatchObject({ state: 'none', report: null, isStale: false })
    expect((await api.call('POST', '/api/v1/reports/policy', { body: {}, as: 'viewer' })).status).toBe(403)
    expect((await api.call('POST', '/api/v1/reports/policy', { body: { days: 0 } })).json.errors[0].field).toBe('days')
  })

  it('finds rules that say the same again, that never win, and that a list says anyway', async () => {
    const { report, state } = await make()
    expect(state).toBe('done')
    expect(texts(report!.duplicateRules)).toEqual(['|www.wide.example.com^$dnstype=A', 'www.wide.example.com'].sort())
    expect(report!.duplicateRules.items[0]!.by.text).toBe('||wide.example.com^')
    const shadowed = report!.shadowedRules.items
    expect(shadowed.map(({ rule, by }) => [rule.text, by.text])).toEqual([
      ['www.free.example.com', '@@||free.example.com^'],
      ['||deep.yields.example.com^$local=192.0.2.1', '||deep.yields.example.com^$yields'],
      [expect.stringContaining('nas.wide.example.com'), '||wide.example.com^'],
    ])
    expect(shadowed[0]!.reason).toBe(
      'never wins: another rule allows all of it, and allow wins, as the precedence is set',
    )
    expect(report!.rulesInLists.items).toEqual([
      {
        rule: { id: rules.get('||ads.example.org^'), text: '||ads.example.org^' },
        list: { id: lists.get('A'), name: 'A' },
      },
    ])
  })

  it('goes by the precedence that is set', async () => {
    await api.call('PATCH', '/api/v1/settings', { body: { precedence: 'block-first' } })
    expect((await get()).isStale).toBe(true)
    const { report } = await make()
    expect(texts(report!.shadowedRules)).toEqual([
      expect.stringContaining('nas.wide.example.com'),
      expect.stringContaining('deep.yields.example.com'),
    ])
    await api.call('PATCH', '/api/v1/settings', { body: { precedence: 'allow-first' } })
  })

  it('tells how much of each list others cover, for everybody', async () => {
    const [a, b] = [lists.get('A')!, lists.get('B')!]
    const overlaps = async () => (await make()).report!.overlaps
    expect(await overlaps()).toEqual([
      { id: a, name: 'A', names: 4, unique: 3, redundant: 1, allowed: 1, sharedWith: [{ id: b, names: 1 }] },
      { id: b, name: 'B', names: 4, unique: 1, redundant: 0, allowed: 0, sharedWith: [{ id: a, names: 3 }] },
      {
        id: lists.get('Exceptions'),
        name: 'Exceptions',
        names: 0,
        unique: 0,
        redundant: 0,
        allowed: 0,
        sharedWith: [],
      },
    ])
    const { id: group } = (await api.call('POST', '/api/v1/groups', { body: { name: 'Kids' } })).json
    await api.call('PATCH', `/api/v1/lists/${a}`, { body: { groups: [group] } })
    // What holds for some covers nothing for all; what holds for all covers some.
    expect(await overlaps()).toMatchObject([{ sharedWith: [{ id: b, names: 1 }] }, { unique: 4, sharedWith: [] }, {}])
    await api.call('PATCH', `/api/v1/lists/${a}`, { body: { groups: [] } })
  })

  it('calls nothing unused that is young, or while hits cannot be read', async () => {
    expect((await make()).report).toMatchObject({
      hitsSince: null,
      unusedRules: { total: 0 },
      unusedLists: { total: 0 },
    })
    const log = new LogFixture(join(api.deps.dataDir, 'log.db'))
    expect((await make()).report).toMatchObject({ unusedRules: { total: 0 }, unusedLists: { total: 0 } })
    api.clock.advance(40 * DAY_MS)
    const hit = log.database.prepare('INSERT INTO hit (kind, id, day, count, last_at) VALUES (?, ?, 0, 1, ?)')
    hit.run(HIT_KINDS.indexOf('rule'), rules.get('regular.example.com'), api.clock.now() - 9 * DAY_MS)
    hit.run(HIT_KINDS.indexOf('list'), lists.get('A'), api.clock.now() - DAY_MS)
    log.database.close()
    const { report } = await make()
    expect(report!.hitsSince).toEqual(expect.any(Number))
    expect(texts(report!.unusedRules)).not.toContain('regular.example.com')
    expect(report!.unusedRules.total).toBe(rules.size - 1)
    expect(report!.unusedLists.items.map(({ name, lastHitAt }) => [name, lastHitAt])).toEqual([
      ['B', null],
      ['Exceptions', null],
    ])
    expect(texts((await make({ days: 7 })).report!.unusedRules)).toContain('regular.example.com')
  })

  it('can be cancelled; the one before stays', async () => {
    const before = (await make()).report
    await api.call('POST', '/api/v1/reports/policy', { body: {} })
    const cancelled = (await api.call('POST', '/api/v1/reports/policy/cancel')).json
    expect(cancelled).toMatchObject({ state: 'cancelled', report: before })
    expect((await make()).state).toBe('done')
  })
})
