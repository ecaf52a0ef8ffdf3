import type { Service } from '@weir/shared/contract/rule-sets'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import {
  type EditConflict,
  NotDecided,
  type Resolution,
  setConflictAsker,
  TheirsTaken,
} from '../../lib/edit-conflict.ts'
import { saveCategory } from './save-category.ts'

const service = (id: string, name: string): Service => ({
  id,
  name,
  category: 'video',
  domains: [],
  version: 0,
  enabled: false,
  groups: [],
  schedule: null,
  perGroup: [],
  shadow: false,
  answer: null,
  hits: null,
  shadowHits: null,
})
const SEEN = [service('one', 'One'), service('two', 'Two'), service('three', 'Three')]

/** Honours If-Match over all services that an edit names, as the API does. */
class Server {
  services = SEEN.map((one) => ({ ...one }))
  revision = 4
  readonly saved: { ids: string[] }[] = []
  change(id: string, by: Partial<Service>): void {
    this.revision++
    this.services = this.services.map((one) => (one.id === id ? { ...one, ...by, version: this.revision } : one))
  }
  readonly fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (/groups|schedules/.test(url)) return Promise.resolve(Response.json({ items: [] }))
    if (init.method === 'GET') return Promise.resolve(Response.json({ items: this.services }))
    const body = JSON.parse(String(init.body)) as { ids: string[] }
    const match = (init.headers as Record<string, string>)['if-match']?.split(', ') ?? []
    const isStale = this.services.some(({ id, version }) => body.ids.includes(id) && !match.includes(`"${version}"`))
    if (isStale) return Promise.resolve(Response.json({ status: 412, code: 'stale-edit' }, { status: 412 }))
    this.saved.push(body)
    return Promise.resolve(Response.json({ items: body.ids, revision: ++this.revision }))
  }
}

let server: Server
let asked: EditConflict[]
const answerWith = (resolution: Resolution) =>
  setConflictAsker((conflict) => {
    asked.push(conflict)
    return Promise.resolve(resolution)
  })
const save = () => saveCategory({ services: SEEN, body: { enabled: true }, title: 'Video' })

beforeEach(() => {
  server = new Server()
  asked = []
  vi.stubGlobal('fetch', server.fetch)
  answerWith({ kind: 'back' })
})
afterEach(() => {
  vi.unstubAllGlobals()
  setConflictAsker(undefined)
})

it('saves all at once while nobody was faster', async () => {
  await save()
  expect(server.saved).toEqual([{ ids: ['one', 'two', 'three'], enabled: true }])
  expect(asked).toEqual([])
})

it('asks nobody where somebody else did the same', async () => {
  server.change('two', { enabled: true })
  await save()
  expect(asked).toEqual([])
  expect(server.saved[0]?.ids).toEqual(['one', 'two', 'three'])
})

it.each<[string, Resolution, string[]]>([
  ['overwrites on purpose', { kind: 'mine' }, ['one', 'two', 'three']],
  ['leaves theirs, and saves the others', { kind: 'theirs' }, ['one', 'three']],
  ['leaves what is not picked', { kind: 'merge', fields: new Set() }, ['one', 'three']],
  ['saves what is picked', { kind: 'merge', fields: new Set(['two']) }, ['one', 'two', 'three']],
])('%s', async (_what, resolution, ids) => {
  // As it was when the form was opened, but set anew.
  server.change('two', { enabled: false, groups: [2] })
  answerWith(resolution)
  await save()
  const sides = { theirs: 'enabled false', mine: 'enabled true', isMine: true }
  expect(asked[0]?.fields).toEqual([{ field: 'two', label: 'Two', ...sides }])
  expect(server.saved.map((body) => body.ids)).toEqual([ids])
})

it('saves nothing when nothing is decided, or nothing is left', async () => {
  for (const { id } of SEEN) server.change(id, { shadow: true })
  await expect(save()).rejects.toThrow(NotDecided)
  answerWith({ kind: 'theirs' })
  await expect(save()).rejects.toThrow(TheirsTaken)
  expect(server.saved).toEqual([])
})
