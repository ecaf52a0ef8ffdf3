import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type EditConflict,
  NotDecided,
  type Resolution,
  saveEdit,
  setConflictAsker,
  TheirsTaken,
} from './edit-conflict.ts'

/** A thing on a server that honours If-Match; others change it between two requests. */
class Server {
  thing: Record<string, unknown> & { version: number }
  readonly patches: unknown[] = []
  constructor(thing: Record<string, unknown>) {
    this.thing = { ...thing, version: 1 }
  }
  change(by: object): void {
    this.thing = { ...this.thing, ...by, version: this.thing.version + 1 }
  }
  isGone = false
  readonly fetch = (url: string, init: RequestInit): Promise<Response> => {
    // As the API names them, for the words of a difference.
    if (/groups|schedules/.test(url)) return Promise.resolve(Response.json({ items: [{ id: 2, name: 'Kids' }] }))
    if (this.isGone)
      return Promise.resolve(
        Response.json({ status: 404, code: 'not-found', changedBy: { actor: 'anna', at: 5 } }, { status: 404 }),
      )
    if (init.method === 'GET') return Promise.resolve(Response.json(this.thing))
    const match = (init.headers as Record<string, string>)['if-match']
    if (match !== undefined && match !== `"${this.thing.version}"`)
      return Promise.resolve(
        Response.json(
          { status: 412, code: 'stale-edit', changedBy: { changeId: 1, actor: 'anna', at: 5, summary: 's' } },
          { status: 412 },
        ),
      )
    this.patches.push(JSON.parse(String(init.body)))
    this.change(JSON.parse(String(init.body)) as object)
    return Promise.resolve(Response.json(this.thing))
  }
}

let asked: EditConflict[]
const answerWith = (...resolutions: Resolution[]) =>
  setConflictAsker((conflict) => {
    asked.push(conflict)
    return Promise.resolve(resolutions.shift() ?? { kind: 'back' })
  })
beforeEach(() => {
  asked = []
})
afterEach(() => {
  vi.unstubAllGlobals()
  setConflictAsker(undefined)
})

function serve(thing: Record<string, unknown>) {
  const server = new Server(thing)
  vi.stubGlobal('fetch', server.fetch)
  const base = { ...server.thing }
  const save = (body: Record<string, unknown>, more: object = {}) =>
    saveEdit({ path: '/rules/7', body, base, title: 'Rule 7', ...more })
  return { server, save }
}

describe('an edit', () => {
  it('asks nobody while nobody else was faster', async () => {
    const { server, save } = serve({ comment: 'a' })
    await save({ comment: 'b' })
    expect(server.patches).toEqual([{ comment: 'b' }])
    expect(asked).toEqual([])
  })

  it('shows both sides field by field, and who was faster', async () => {
    const { server, save } = serve({ comment: 'a', enabled: true, ttl: null })
    server.change({ comment: 'theirs', enabled: false })
    answerWith({ kind: 'back' })
    await expect(save({ comment: 'mine', enabled: true, ttl: 5, badfilter: false })).rejects.toThrow(NotDecided)
    expect(asked[0]).toMatchObject({
      title: 'Rule 7',
      changedBy: { actor: 'anna' },
      fields: [
        { field: 'comment', theirs: 'theirs', mine: 'mine', isMine: true },
        { field: 'enabled', theirs: 'false', mine: 'true', isMine: false },
        { field: 'ttl', mine: '5', isMine: true },
      ],
    })
    expect(server.patches).toEqual([])
  })

  it('overwrites on purpose, and asks again when a third was faster', async () => {
    const { server, save } = serve({ comment: 'a' })
    server.change({ comment: 'second' })
    setConflictAsker((conflict) => {
      asked.push(conflict)
      if (asked.length === 1) server.change({ comment: 'third' })
      return Promise.resolve({ kind: 'mine' })
    })
    await save({ comment: 'mine' })
    expect(asked.map(({ fields }) => fields[0]?.theirs)).toEqual(['second', 'third'])
    expect(server.thing['comment']).toBe('mine')
  })

  it('takes theirs, and lets the form close', async () => {
    const { server, save } = serve({ comment: 'a' })
    server.change({ comment: 'theirs' })
    answerWith({ kind: 'theirs' })
    const onTheirs = vi.fn()
    await expect(save({ comment: 'mine' }, { onTheirs })).rejects.toThrow(TheirsTaken)
    expect(onTheirs).toHaveBeenCalledOnce()
    expect(server.thing['comment']).toBe('theirs')
  })

  it('merges what is picked from either side', async () => {
    const { server, save } = serve({ comment: 'a', enabled: true })
    server.change({ enabled: false })
    answerWith({ kind: 'merge', fields: new Set(['comment']) })
    await save({ comment: 'mine', enabled: true })
    expect(server.thing).toMatchObject({ comment: 'mine', enabled: false })
  })

  it('takes from the other side what is set to nothing there, and leaves alone what is not there at all', async () => {
    const { server, save } = serve({ comment: 'a', answer: { kind: 'null' }, shadow: true })
    server.change({ comment: 'b', answer: null, shadow: undefined })
    answerWith({ kind: 'merge', fields: new Set() })
    await save({ comment: 'mine', answer: { kind: 'nxdomain' }, shadow: true })
    expect(server.patches).toEqual([{ comment: 'b', answer: null }])
  })

  it('is told even where both agree in what the other changed, but for what is the same in all', async () => {
    const { server, save } = serve({ enabled: false, shadow: false })
    server.change({ enabled: true })
    answerWith({ kind: 'theirs' })
    await expect(save({ enabled: true, shadow: true })).rejects.toThrow(TheirsTaken)
    expect(asked[0]?.fields).toMatchObject([{ field: 'shadow', theirs: 'false', mine: 'true' }])
    await save({ enabled: true, shadow: false })
    expect(asked).toHaveLength(1)
  })

  it('tells groups by their names', async () => {
    const { server, save } = serve({ groups: [], perGroup: [] })
    server.change({ groups: [2], perGroup: [{ group: 2, enabled: false, schedule: null }] })
    answerWith({ kind: 'back' })
    await expect(save({ groups: [], perGroup: [] })).rejects.toThrow(NotDecided)
    expect(asked[0]?.fields).toMatchObject([{ theirs: 'Kids' }, { theirs: 'Kids: never' }])
  })

  it('of what is gone says who deleted it, and that nothing that was typed is lost', async () => {
    const { server, save } = serve({ comment: 'a' })
    server.isGone = true
    await expect(save({ comment: 'mine' })).rejects.toThrow(/^Rule 7 was deleted by anna meanwhile\. .*still here\.$/)
    expect(asked).toEqual([])
  })

  it('is no conflict where only what nobody edits has changed', async () => {
    const { server, save } = serve({ comment: 'a' })
    server.change({ entries: 5 })
    await save({ comment: 'mine' })
    expect(asked).toEqual([])
    expect(server.thing).toMatchObject({ comment: 'mine', entries: 5 })
  })

  it('of the settings is a conflict only where a field of the same section is', async () => {
    const { server, save } = serve({ cache: { enabled: true, size: 1 }, log: { enabled: true } })
    server.change({ log: { enabled: false } })
    await save({ cache: { size: 2 } }, { isDeep: true })
    expect(asked).toEqual([])
    expect(server.patches).toEqual([{ cache: { size: 2 } }])
  })
})
