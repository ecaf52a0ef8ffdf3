import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const PATIENT = { timeout: 60_000 }

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

let lists = 0
const upload = async (id: number, text: string): Promise<number> => {
  const headers = { 'content-type': 'text/plain' }
  return (await api.call('PUT', `/api/v1/lists/${id}/content?force=true`, { body: text, headers })).json.versionId
}
const listOf = async (...texts: string[]): Promise<{ id: number; versions: number[] }> => {
  const body = { name: `Compared ${++lists}`, kind: 'block' }
  const { id } = (await api.call('POST', '/api/v1/lists', { body })).json
  const versions: number[] = []
  for (const text of texts) versions.push(await upload(id, text))
  return { id, versions }
}
const get = (path: string) => api.call('GET', `/api/v1/lists/${path}`)
const names = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `n${from + i}.example.org\n`).join('')

describe('two versions of a list', PATIENT, () => {
  it('are compared entry by entry: names, what they match, and rules of their own', async () => {
    const { id, versions } = await listOf(
      'a.example.org\nb.example.org\n||c.example.net^\n/ads[0-9]/\n',
      'b.example.org\n||a.example.org^\n||c.example.net^\n/track[0-9]/\n@@d.example.org\n',
    )
    const { json } = await get(`${id}/versions/${versions[1]}/diff?from=${versions[0]}`)
    expect(json).toEqual({
      from: versions[0],
      to: versions[1],
      added: {
        total: 3,
        matching: 3,
        entries: ['@@|d.example.org^', '||a.example.org^', '/track[0-9]/'],
      },
      removed: { total: 2, matching: 2, entries: ['a.example.org', '/ads[0-9]/'] },
      unchanged: 2,
    })
  })

  it('say how far their comparison is while it runs, and nothing of one that nobody waits for', async () => {
    const { id, versions } = await listOf(names(0, 100_000), names(50_000, 150_000))
    const query = `?from=${versions[0]}`
    const progress = async () => (await get(`${id}/versions/${versions[1]}/diff/progress${query}`)).json
    expect(await progress()).toEqual({ state: 'none', share: null })
    let isDone = false
    const compared = get(`${id}/versions/${versions[1]}/diff${query}`).finally(() => {
      isDone = true
    })
    const states = new Set<string>()
    while (!isDone) {
      const { state, share } = await progress()
      states.add(state)
      if (share !== null) expect(share).toBeLessThanOrEqual(1)
      // What the thread says arrives between two turns of the event loop.
      await setImmediate()
    }
    expect(states).toContain('running')
    expect((await compared).json).toMatchObject({ added: { total: 50_000 }, unchanged: 50_000 })
    expect(await progress()).toEqual({ state: 'none', share: null })
    expect((await get(`${id}/versions/999/diff/progress`)).status).toBe(404)
  })

  it('are compared backwards too, and with the one in effect where no other is named', async () => {
    const { id, versions } = await listOf('a.example.org\n', 'a.example.org\nb.example.org\n')
    const { json } = await get(`${id}/versions/${versions[0]}/diff`)
    expect(json).toMatchObject({ from: versions[1], added: { total: 0 }, removed: { entries: ['b.example.org'] } })
  })

  it('list the first thousand of each side, and find the others by a search', async () => {
    const { id, versions } = await listOf(names(0, 6000), names(3000, 9000))
    const diff = `${id}/versions/${versions[1]}/diff?from=${versions[0]}`
    const { added, removed, unchanged } = (await get(diff)).json
    expect([added.total, removed.total, unchanged]).toEqual([3000, 3000, 3000])
    expect([added.entries.length, removed.entries.length]).toEqual([1000, 1000])
    const found = (await get(`${diff}&search=N8999.`)).json
    expect(found.added).toEqual({ total: 3000, matching: 1, entries: ['n8999.example.org'] })
    expect(found.removed).toEqual({ total: 3000, matching: 0, entries: [] })
  })

  it('come whole as text, of both sides or one', async () => {
    const { id, versions } = await listOf(names(0, 6000), names(3000, 9000))
    const text = `${id}/versions/${versions[1]}/diff/text?from=${versions[0]}`
    const both = await get(text)
    expect(both.headers['content-disposition']).toBe(
      `attachment; filename="list-${id}-changes-${versions[0]}-to-${versions[1]}.txt"`,
    )
    const lines = both.text.trimEnd().split('\n')
    expect(lines.filter((line) => line.startsWith('+ ')).length).toBe(3000)
    expect(lines.filter((line) => line.startsWith('- ')).length).toBe(3000)
    expect(lines.length).toBe(6000)
    const added = (await get(`${text}&side=added`)).text.trimEnd().split('\n')
    expect(new Set(added)).toEqual(new Set(names(6000, 9000).trimEnd().split('\n')))
  })

  it('of which one waits for a review, where none is in effect, are compared with nothing', async () => {
    const body = { name: 'All of it', kind: 'block' }
    const { id } = (await api.call('POST', '/api/v1/lists', { body })).json
    const headers = { 'content-type': 'text/plain' }
    await api.call('PUT', `/api/v1/lists/${id}/content`, { body: '||com^\nads.example.org\n', headers })
    const { heldVersion } = (await get(`${id}`)).json
    expect((await get(`${id}/versions/${heldVersion.id}/diff`)).json).toMatchObject({
      from: null,
      added: { entries: ['ads.example.org', '||com^'] },
      unchanged: 0,
    })
  })

  it('come as text with rules of their own, in their own signs', async () => {
    const long = `/${'é'.repeat(900)}/`
    const { id, versions } = await listOf(
      'a.example.org\n',
      `||b.example.org^\n@@|c.example.org^\n${long}\n*.d.example.org\n`,
    )
    const { text } = await get(`${id}/versions/${versions[1]}/diff/text?from=${versions[0]}`)
    expect(new Set(text.split('\n'))).toEqual(
      new Set(['- a.example.org', '+ ||b.example.org^', '+ @@|c.example.org^', `+ ${long}`, '+ *.d.example.org^', '']),
    )
  })

  it('are read by four at once as text, and a fifth is told to come again', async () => {
    // More than what lies between threads and sockets: a download lasts until it is read.
    const { id, versions } = await listOf('a.example.org\n', names(0, 400_000))
    const path = `${id}/versions/${versions[1]}/diff/text?from=${versions[0]}`
    await api.app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.server.address() as AddressInfo
    const ask = () =>
      fetch(`http://127.0.0.1:${port}/api/v1/lists/${path}`, { headers: { authorization: 'Bearer viewer-token' } })
    const four = await Promise.all([ask(), ask(), ask(), ask()])
    expect(four.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const fifth = await ask()
    expect([fifth.status, ((await fifth.json()) as { code: string }).code]).toEqual([429, 'too-many-requests'])
    await Promise.all(four.slice(1).map(({ body }) => body!.cancel()))
    expect((await four[0]!.text()).split('\n').length).toBe(400_002)
  })

  it('must be of that list', async () => {
    const one = await listOf('a.example.org\n')
    const other = await listOf('b.example.org\n')
    expect((await get(`${one.id}/versions/${other.versions[0]}/diff`)).status).toBe(404)
    expect((await get(`${one.id}/versions/${one.versions[0]}/diff?from=${other.versions[0]}`)).status).toBe(404)
    expect((await get(`${one.id}/versions/${one.versions[0]}/diff?from=x`)).json.errors[0].field).toBe('from')
    expect((await get(`${one.id}/versions/${one.versions[0]}/diff/text?side=both`)).status).toBe(422)
  })
})
