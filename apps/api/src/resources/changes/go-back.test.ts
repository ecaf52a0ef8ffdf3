/** Whatever was changed: going back to a revision gives exactly the state that it had, ids included. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

type Act = { readonly kind: keyof typeof ACTS; readonly a: number; readonly b: number }

/** Refusals are as good as changes: they must leave no trace. */
const ACTS = {
  addRule: (api, { a, b }) =>
    api.call('POST', '/api/v1/rules', {
      body: { action: a % 2 ? 'block' : 'allow', match: 'exact', pattern: `n${a}.example`, comment: `c${b}` },
    }),
  editRule: (api, { a, b }) =>
    api.call('PATCH', `/api/v1/rules/${a}`, {
      body: { enabled: b % 2 === 0, ttlSeconds: b + 1, groups: b % 3 === 0 ? [(a % 3) + 1] : [] },
    }),
  deleteRule: (api, { a }) => api.call('DELETE', `/api/v1/rules/${a}`),
  bulk: (api, { a, b }) =>
    api.call('POST', '/api/v1/rules/bulk', {
      body: { ids: [a, b, a + b].map((id) => Math.max(1, id)), operation: a % 2 ? 'delete' : 'disable' },
    }),
  importRules: (api, { a, b }) =>
    api.call('POST', '/api/v1/rules/import', { body: { text: `i${a}.example\ni${b}.example\n||n${a}.example^` } }),
  addGroup: (api, { a }) => api.call('POST', '/api/v1/groups', { body: { name: `g${a}`, clients: [`192.0.2.${a}`] } }),
  editGroup: (api, { a, b }) =>
    api.call('PATCH', `/api/v1/groups/${(a % 4) + 1}`, { body: { comment: `c${b}`, clients: [`198.51.100.${b}`] } }),
  deleteGroup: (api, { a }) => api.call('DELETE', `/api/v1/groups/${(a % 4) + 1}`),
  addSchedule: (api, { a }) =>
    api.call('POST', '/api/v1/schedules', {
      body: { name: `s${a}`, timeZone: 'Europe/Berlin', windows: [{ days: ['mon'], from: '20:00', until: '06:00' }] },
    }),
  scheduleRule: (api, { a, b }) => api.call('PATCH', `/api/v1/rules/${a}`, { body: { schedule: (b % 3) + 1 } }),
  deleteSchedule: (api, { a }) => api.call('DELETE', `/api/v1/schedules/${(a % 3) + 1}`),
  settings: (api, { a, b }) =>
    api.call('PATCH', '/api/v1/settings', {
      body: { blocking: { ttlSeconds: b }, ...(a % 2 ? { precedence: b % 2 ? 'allow-first' : 'block-first' } : {}) },
    }),
  service: (api, { a, b }) =>
    api.call('PATCH', `/api/v1/services/${['youtube', 'tiktok'][a % 2]}`, { body: { enabled: b % 2 === 0 } }),
  addList: (api, { a }) =>
    api.call('POST', '/api/v1/lists', { body: { name: `l${a}`, kind: 'block', text: `l${a}.example` } }),
  deleteList: (api, { a }) => api.call('DELETE', `/api/v1/lists/${(a % 2) + 1}`),
  list: (api, { a, b }) => api.call('PATCH', '/api/v1/lists/1', { body: { comment: `c${a}`, enabled: b % 2 === 0 } }),
  undoSomething: async (api, { a }) => {
    const { items } = (await api.call('GET', '/api/v1/changes?limit=20')).json
    const id = items[a % items.length]?.id
    return api.call('POST', `/api/v1/changes/${id}/undo`)
  },
} satisfies Record<string, (api: TestApi, act: Act) => Promise<unknown>>

const acts = fc.array(
  fc.record({
    kind: fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])),
    a: fc.integer({ min: 1, max: 9 }),
    b: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 10, maxLength: 40 },
)

const TABLES = ['rule', 'client_group', 'client', 'schedule', 'setting', 'rule_set', 'list']
/** Of a row: when it was touched, and a client's own id, which nothing names. A set that is off and one that never was are the same. */
const PASSING = new Set(['revision', 'updated_at'])
const isOff = (table: string, row: Record<string, unknown>): boolean =>
  table === 'rule_set' && row.enabled === 0 && row.groups === '[]' && row.answer === null

function stateOf({ deps }: TestApi): string {
  const state = TABLES.map((table) => {
    const rows = deps.database.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all()
    const kept = rows
      .filter((row) => !isOff(table, row))
      .map((row) =>
        JSON.stringify(
          Object.entries(row).filter(
            ([column]) => !PASSING.has(column) && !(table === 'client' && column === 'id') && column !== 'position',
          ),
        ),
      )
    return [table, ...kept.sort()].join('\n')
  })
  return state.join('\n')
}

describe('going back', () => {
  it('gives exactly the state of any revision, and can be taken back itself', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.nat(), async (steps, pick) => {
        const api = await startTestApi()
        try {
          await api.call('POST', '/api/v1/lists', { body: { name: 'Ads', kind: 'block', text: 'ads.example' } })
          const states = new Map([[api.deps.config.revision, stateOf(api)]])
          for (const act of steps) {
            await ACTS[act.kind](api, act)
            states.set(api.deps.config.revision, stateOf(api))
          }
          const [revision, state] = [...states][pick % states.size]!
          const now = stateOf(api)
          const seen = await api.call('POST', '/api/v1/undo/preview', { body: { select: { toRevision: revision } } })
          expect(seen.json).toMatchObject({ conflicts: [], skipped: [] })
          expect(stateOf(api)).toBe(now)
          const back = await api.call('POST', '/api/v1/undo', { body: { select: { toRevision: revision } } })
          expect(back.status).toBe(200)
          expect(stateOf(api)).toBe(state)
          if (back.json.undone === 0) return
          const again = await api.call('POST', `/api/v1/revisions/${back.json.revision}/undo`)
          expect(again).toMatchObject({ status: 200 })
          expect(stateOf(api)).toBe(now)
        } finally {
          await api.close()
        }
      }),
      { numRuns: 8, endOnFailure: true },
    )
  }, 120_000)
})
