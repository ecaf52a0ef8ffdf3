import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'
import { parseImport } from './parse-import.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

/** Long enough for the thread, short enough for a test: a few slices. */
const LINES = 2600
const name = (at: number) => `host${at}.of-a-long-import.example.org`
const lines = Array.from({ length: LINES }, (_, at) => `||${name(at)}^`)
const run = (body: object) => api.call('POST', '/api/v1/rules/import', { body })

describe('a long import', () => {
  it('stores everything slice by slice, and tells of it as one change', async () => {
    const progress: unknown[] = []
    api.deps.events.subscribe(({ name: event, data }) => {
      if (event === 'import') progress.push(data)
    })
    const text = [...lines, '||', name(3), 'old.example.org##.ad', '! note'].join('\n')
    const dry = await run({ text, dryRun: true })
    const reply = await run({ text, progressKey: 'k' })
    const { revision: _revision, applied: _applied, ...counts } = reply.json
    expect(counts).toMatchObject({ added: LINES + 1, duplicates: 0, rejectedCount: 1, rejected: [{ line: LINES + 1 }] })
    expect(dry.json).toMatchObject(counts)
    expect(progress.at(0)).toMatchObject({ key: 'k', phase: 'waiting' })
    expect(progress).toContainEqual(expect.objectContaining({ phase: 'storing', linesTotal: LINES + 4 }))
    expect(progress.at(-1)).toMatchObject({ phase: 'applying' })

    const { items } = (await api.call('GET', '/api/v1/changes?entity=rule')).json
    expect(items).toMatchObject([
      { operation: 'import', summary: `${LINES + 1} rules imported`, revision: reply.json.revision },
    ])
    expect((await run({ text })).json).toMatchObject({ added: 0, duplicates: LINES + 1 })
    await api.call('POST', `/api/v1/changes/${items[0].id}/undo`)
    expect((await api.call('GET', '/api/v1/rules')).json.total).toBe(0)
  })

  it('answers other requests meanwhile, and rules that come in between stay when it is undone', async () => {
    const importing = run({ text: lines.join('\n') })
    let between = 0
    let isOver = false
    void importing.then(() => {
      isOver = true
    })
    for (; !isOver; between++)
      await api.call('POST', '/api/v1/rules', {
        body: { action: 'block', match: 'exact', pattern: `between${between}.example.net` },
      })
    expect(between).toBeGreaterThan(1)
    expect((await importing).json.added).toBe(LINES)
    const { items } = (await api.call('GET', '/api/v1/changes?entity=rule&limit=1000')).json
    const change = items.find(({ operation }: { operation: string }) => operation === 'import')
    expect((await api.call('POST', `/api/v1/changes/${change.id}/undo`)).status).toBe(200)
    expect((await api.call('GET', '/api/v1/rules?limit=1000')).json.total).toBe(between)
  })

  it('refuses what would make a loop by its line, in whatever slice', async () => {
    const alias = (from: string, to: string) => `|${from}^$dnsrewrite=NOERROR;CNAME;${to}`
    const text = [alias('a.example.org', 'b.example.org'), ...lines, alias('b.example.org', 'a.example.org')].join('\n')
    const reply = await run({ text })
    expect(reply.json).toMatchObject({ added: LINES + 1, rejectedCount: 1 })
    expect(reply.json.rejected[0]).toMatchObject({ line: LINES + 2 })
    expect(reply.json.rejected[0].reason).toContain('makes a loop')
  })
})

describe('the lines of an import', () => {
  it('come in batches that add up, whatever their size', () => {
    const text = ['a.example.org', '', 'bad name!', '@@||b.example.org^', '! c', 'example.org##.ad'].join('\n')
    for (const size of [1, 2, 100]) {
      const batches = [...parseImport({ text }, size)]
      const sum = (pick: (batch: (typeof batches)[number]) => number) =>
        batches.reduce((all, one) => all + pick(one), 0)
      expect([size, sum((one) => one.rules.length), sum((one) => one.rejectedCount)]).toEqual([size, 2, 1])
      expect(batches.at(-1)).toMatchObject({ linesDone: 6, linesTotal: 6 })
    }
  })
  it('are told of when rejected, the first thousand of all', () => {
    const text = Array.from({ length: 1500 }, () => 'bad name!').join('\n')
    const batches = [...parseImport({ text }, 10)]
    expect(batches.flatMap((batch) => batch.rejected)).toHaveLength(1000)
    expect(batches.reduce((sum, batch) => sum + batch.rejectedCount, 0)).toBe(1500)
  })
})
