/**
 * Nothing of the policy is lost on the way through its text: by the columns that the tables really have, so that a new one
 * cannot be forgotten. Whoever adds a column gives it a value here, or says why it stays behind.
 */
import { RuleInput } from '@weir/shared/contract/rules'
import { defaultSettings } from '@weir/shared/contract/settings'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

type Row = Readonly<Record<string, unknown>>

/** Of every row: which it is here, and when it was touched. */
const LOCAL = ['id', 'revision', 'created_at', 'updated_at']
/** Columns that do not travel, and why. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  client_group: { is_default: 'says which one it is: there is one everywhere' },
  client: {},
  schedule: {},
  list: {
    position: 'is the order in the file',
    active_version_id: 'contents are not in the file',
    accepted_entries: 'belongs to the content',
    source: 'follows from the URL',
  },
  rule_set: {},
  rule: { owner: 'nothing sets it' },
}

let from: TestApi
let to: TestApi
beforeEach(async () => {
  from = await startTestApi()
  to = await startTestApi()
})
afterEach(async () => {
  await from.close()
  await to.close()
})

async function ask(method: 'POST' | 'PATCH', path: string, body: object): Promise<{ id: number }> {
  const reply = await from.call(method, `/api/v1${path}`, { body })
  if (reply.status >= 300) throw new Error(`${path}: ${reply.text}`)
  return reply.json
}

const ANSWER = { kind: 'addresses', ipv4: ['192.0.2.1'], txt: 'no' }

async function populate(): Promise<void> {
  const { id: night } = await ask('POST', '/schedules', {
    ...{ name: 'Night', timeZone: 'Europe/Berlin', comment: 'c' },
    windows: [{ days: ['mon'], from: '20:00', until: '06:00' }],
  })
  const { id: kids } = await ask('POST', '/groups', {
    ...{ name: 'Kids', comment: 'c', answer: ANSWER, schedule: night, logPrivacy: 'hide-client' },
    upstreams: { servers: ['192.0.2.54'], strategy: 'fastest' },
  })
  const client = { identifier: 'id:tablet', name: 'Tablet', groupId: kids, tags: ['small'], comment: 'c' }
  await ask('POST', '/clients', client)
  const held = { schedule: night, perGroup: [{ group: kids, enabled: false, schedule: null }], answer: ANSWER }
  const list = await ask('POST', '/lists', {
    ...{
      name: 'Ads',
      kind: 'block',
      url: 'https://lists.example/ads.txt',
      format: 'hosts',
      comment: 'c',
      shadow: true,
    },
    ...{ enabled: false, refreshIntervalSeconds: 7200, allowPrivateAddresses: true, mayAnswer: true, groups: [kids] },
    ...{ guard: { maxShrinkPercent: 7, maxGrowthPercent: null, protectNames: false }, ...held },
  })
  await ask('PATCH', `/lists/${list.id}`, { pinned: true })
  await ask('PATCH', '/services/youtube', { enabled: true, groups: [kids], shadow: true, ...held })
  for (const rule of rulesOf(kids, night)) await ask('POST', '/rules', rule)
  await ask('PATCH', '/settings', settingsOf(kids))
}

const rulesOf = (kids: number, night: number): object[] => [
  {
    ...{ action: 'block', match: 'regex', pattern: '^a', enabled: false, important: true, ttlSeconds: 5, comment: 'c' },
    ...{ expiresAt: 1_999_999_999_000, groups: [kids], schedule: night, queryTypes: ['A'], clients: ['192.0.2.7'] },
    ...{ clientTags: ['small'], exceptNames: ['b.example'], inverted: true, answer: ANSWER, shadow: true },
  },
  { action: 'block', match: 'exact', pattern: 'b.example', badfilter: true },
  { action: 'allow', match: 'exact', pattern: 'c.example', tcpOnly: true, yields: true },
  { action: 'allow', match: 'exact', pattern: 'd.example', exceptRewrite: '' },
  { action: 'forward', match: 'suffix', pattern: 'e.example', servers: ['192.0.2.53'] },
  { action: 'rewrite', match: 'exact', pattern: 'f.example', ipv4: ['192.0.2.9'], ipv6: ['2001:db8::9'] },
  { action: 'rewrite', match: 'exact', pattern: 'g.example', records: ['TXT "x"'], overridesBlock: true },
  { action: 'rewrite', match: 'exact', pattern: 'h.example', rcode: 'NXDOMAIN' },
  { action: 'alias', match: 'exact', pattern: 'i.example', target: 'j.example' },
]

/** Every setting otherwise than at a first start. */
const settingsOf = (kids: number) => ({
  blocking: {
    ...{
      enabled: false,
      pausedUntil: 4_000_000_000_000,
      pauseSeconds: 600,
      answer: { kind: 'nxdomain' },
      ttlSeconds: 7,
    },
    ...{ inspectAnswers: false, extendedErrors: false },
  },
  precedence: 'block-first',
  upstreams: { servers: ['192.0.2.99'], strategy: 'parallel', timeoutMs: 900, attempts: 2 },
  cache: {
    ...{ enabled: false, sizeOctets: 1_000_000, minTtlSeconds: 1, maxTtlSeconds: 77, negativeMaxTtlSeconds: 5 },
    ...{ serveStaleSeconds: 3, prefetch: false, nxdomainCut: true },
  },
  dns64: { enabled: true, prefix: '2001:db8:64::/96', excludedNames: ['v4.example'] },
  rebinding: { enabled: true, allowedNames: ['lan.example'], allowedGroups: [kids] },
  access: {
    ...{ allowedClients: ['0.0.0.0/0'], deniedClients: ['203.0.113.1'], queriesPerSecond: 9 },
    ...{ waitingQueries: 70, minimalAny: false, designation: false },
  },
  clients: { quarantineGroup: kids, findNames: false },
  log: { enabled: false, retentionDays: 3, maxOctets: 20_000_000, clientPrivacy: 'prefix', statisticsDays: 9 },
  http: {
    ...{ allowedHosts: ['weir.example'], trustedProxies: ['192.0.2.80/32'] },
    ...{ sessionHours: 3, sessionIdleMinutes: 45, maxListOctets: 5000 },
  },
  lists: {
    ...{
      maxShrinkPercent: 3,
      maxGrowthPercent: 4,
      protectNames: false,
      protectedNames: ['k.example'],
      keptVersions: 2,
    },
  },
  storage: {
    ...{ rulesMemoryOctets: 64 * 1024 ** 2, keptResults: 1000, tierCacheOctets: 1024 ** 2, tierMmapOctets: 1024 ** 2 },
    ...{ databaseCacheOctets: 1024 ** 2 * 4, databaseMmapOctets: 1024 ** 2, checkpointPages: 500 },
    ...{ logCheckpointPages: 700, journalLimitOctets: 32 * 1024 ** 2 },
  },
})

const NAMED = ['groups', 'group', 'allowedGroups', 'quarantineGroup', 'schedule', 'group_id', 'schedule_id']

/** With names in the place of ids, which are others on the other side. */
function named(value: unknown, key: string, nameOf: (key: string, id: number) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => named(one, key, nameOf))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, named(one, field, nameOf)]))
  return typeof value === 'number' && NAMED.includes(key) ? nameOf(key, value) : value
}

function rowsOf({ deps: { database } }: TestApi, table: string): Row[] {
  const names = (of: string) =>
    new Map(database.prepare(`SELECT id, name FROM ${of}`).raw().all() as [number, string][])
  const [groups, schedules] = [names('client_group'), names('schedule')]
  const nameOf = (key: string, id: number) => (key.startsWith('schedule') ? schedules.get(id) : groups.get(id))
  const isJson = (text: unknown): text is string => typeof text === 'string' && /^[[{]/.test(text)
  return database
    .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`)
    .all()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row)
          .filter(([column]) => (table === 'rule_set' && column === 'id') || !LOCAL.includes(column))
          .map(([column, one]) => [column, named(isJson(one) ? JSON.parse(one) : one, column, nameOf)]),
      ),
    )
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const without = (rows: readonly Row[], columns: readonly string[]): Row[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column))))

interface Column {
  readonly name: string
  readonly dflt_value: string | null
}

it('takes every column of rules, lists, groups, clients, schedules and services along', async () => {
  await populate()
  const { text } = await from.call('GET', '/api/v1/policy')
  const applied = await to.call('POST', '/api/v1/policy/apply', { body: { text } })
  expect([applied.status, applied.status === 200 ? '' : applied.text]).toEqual([200, ''])
  for (const [table, staying] of Object.entries(TABLES)) {
    const before = rowsOf(from, table)
    const columns = from.deps.database.pragma(`table_info(${table})`) as Column[]
    for (const { name, dflt_value: usual } of columns) {
      if (LOCAL.includes(name) || name in staying) continue
      const isTried = before.some((row) => JSON.stringify(row[name]) !== String(usual ?? 'null').replaceAll("'", '"'))
      expect([table, name, isTried]).toEqual([table, name, true])
    }
    expect([table, without(rowsOf(to, table), Object.keys(staying))]).toEqual([
      table,
      without(before, Object.keys(staying)),
    ])
  }
})

it('takes every field of a rule along', async () => {
  await populate()
  const stored = rowsOf(from, 'rule').flatMap(({ details, ...columns }) => [
    ...Object.keys(details as object),
    ...Object.keys(columns).map((column) => column.replace(/_./g, ([, letter]) => letter!.toUpperCase())),
  ])
  const fields = new Set(RuleInput.options.flatMap((option) => Object.keys(option.shape)))
  expect([...fields].filter((field) => !stored.includes(field))).toEqual([])
})

/** A pause ends by itself. */
const lasting = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && 'pausedUntil' in value
    ? { ...value, pausedUntil: null, pauseSeconds: null }
    : value

it('takes every setting along', async () => {
  await populate()
  const usual = defaultSettings(['192.0.2.53'])
  const before = from.deps.settings.current.settings
  for (const [section, value] of Object.entries(usual))
    for (const [key, one] of typeof value === 'object' ? Object.entries(value) : [['', value]]) {
      const now = before[section as keyof typeof usual]
      const tried = key === '' ? now : (now as Record<string, unknown>)[key as string]
      expect([section, key, JSON.stringify(tried) !== JSON.stringify(one)]).toEqual([section, key, true])
    }
  const { text } = await from.call('GET', '/api/v1/policy')
  await to.call('POST', '/api/v1/policy/apply', { body: { text } })
  const kept = (api: TestApi) => rowsOf(api, 'setting').map((row) => ({ ...row, value: lasting(row.value) }))
  expect(kept(to)).toEqual(kept(from))
})
