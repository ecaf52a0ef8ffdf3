import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogFixture } from '../../testing/log-fixture.ts'
import { startTestApi, type TestApi } from '../../testing/test-api.ts'

const PATIENT = { timeout: 60_000 }
const HOUR_MS = 3_600_000

let api: TestApi
let source: Server
/** What the list's server answers. */
let content: string
const SILENCE = 'never answered'
const asked = Promise.withResolvers<void>()
let lists = 0

beforeAll(async () => {
  api = await startTestApi()
  source = createServer((_request, response) => (content === SILENCE ? asked.resolve() : response.end(content))).listen(
    0,
    '127.0.0.1',
  )
  await once(source, 'listening')
})
afterAll(async () => {
  await api.close()
  source.closeAllConnections()
  source.close()
})

const names = (count: number): string => Array.from({ length: count }, (_, i) => `n${i}.example.org\n`).join('')
const manyPrefixes = (count: number): string => Array.from({ length: count }, (_, i) => `${i}.0.0.0/8\n`).join('')
const subscribe = async (text: string, fields: object = {}): Promise<number> => {
  content = text
  const { port } = source.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/list.txt`
  const body = { name: `Subscribed ${++lists}`, kind: 'block', url, allowPrivateAddresses: true, ...fields }
  const { id } = (await api.call('POST', '/api/v1/lists', { body })).json
  await refresh(id)
  return id
}
const call = (method: string, path: string, body?: object) =>
  api.call(method, `/api/v1/lists/${path}`, body === undefined ? {} : { body })
const refresh = async (id: number, query = '') => (await call('POST', `${id}/refresh${query}`)).json
const list = async (id: number) => (await call('GET', `${id}`)).json
const upload = (id: number, text: string, query = '') =>
  api.call('PUT', `/api/v1/lists/${id}/content${query}`, { body: text, headers: { 'content-type': 'text/plain' } })

describe('a fetched version', PATIENT, () => {
  it.each([
    ['shrinks by more than half', 1000, 499, 'shrinks by 50.1 %, from 1,000 to 499 entries; at most 50 % is expected'],
    ['grows threefold and more', 200, 601, 'grows by 200.5 %, from 200 to 601 entries; at most 200 % is expected'],
  ])('that %s waits for a review; the one before stays', async (_name, before, after, detail) => {
    const id = await subscribe(names(before))
    content = names(after)
    const result = await refresh(id)
    expect(result).toMatchObject({
      changed: false,
      names: before,
      heldVersion: { names: after, findings: [{ detail }] },
    })
    expect(await list(id)).toMatchObject({ state: 'held', entries: before, lastError: null, failures: 0 })
    // The same again is not held again.
    expect(await refresh(id)).toMatchObject({ changed: false, heldVersion: { id: result.heldVersion.id } })

    const accepted = await call('POST', `${id}/versions/${result.heldVersion.id}/activate`)
    expect(accepted.json).toMatchObject({ state: 'active', entries: after, heldVersion: null, applied: true })
    const [change] = (await api.call('GET', '/api/v1/changes?limit=1')).json.items
    expect(change).toMatchObject({
      entity: 'list',
      summary: expect.stringContaining(`accepted, although it ${detail}`),
    })
  })

  it.each([
    ['shrinks by half and no more', 1000, 500],
    ['of a short list changes much', 120, 21],
    ['grows threefold and no more', 200, 600],
  ])('that %s is taken', async (_name, before, after) => {
    const id = await subscribe(names(before))
    content = names(after)
    expect(await refresh(id)).toMatchObject({ changed: true, names: after, heldVersion: null })
  })

  it('goes by the list’s own limits before those of the settings', async () => {
    await api.call('PATCH', '/api/v1/settings', { body: { lists: { maxShrinkPercent: 10 } } })
    const id = await subscribe(names(1000))
    content = names(800)
    expect((await refresh(id)).heldVersion).not.toBeNull()
    await call('PATCH', `${id}`, { guard: { maxShrinkPercent: null } })
    content = names(700)
    expect(await refresh(id)).toMatchObject({ changed: true, names: 700 })
    expect(await list(id)).toMatchObject({ heldVersion: null, guard: { maxShrinkPercent: null } })
    await api.call('PATCH', '/api/v1/settings', { body: { lists: { maxShrinkPercent: 50 } } })
  })

  it('that is discarded goes, and does not come back until the source has something else', async () => {
    const id = await subscribe(names(1000))
    content = names(10)
    const { heldVersion } = await refresh(id)
    expect((await call('DELETE', `${id}/versions/${heldVersion.id}`)).json).toMatchObject({ deleted: 1, applied: true })
    expect(await list(id)).toMatchObject({ state: 'active', entries: 1000, heldVersion: null })
    expect(await refresh(id)).toMatchObject({ changed: false, names: 1000, heldVersion: null })
    content = names(11)
    expect((await refresh(id)).heldVersion).toMatchObject({ names: 11 })
    const { activeVersion } = await list(id)
    expect((await call('DELETE', `${id}/versions/${activeVersion.id}`)).status).toBe(409)
  })

  it('that is held gives way to the next one', async () => {
    const id = await subscribe(names(1000))
    content = names(10)
    await refresh(id)
    content = names(900)
    expect(await refresh(id)).toMatchObject({ changed: true, names: 900, heldVersion: null })
    const versions = (await call('GET', `${id}/versions`)).json.items
    expect(versions.map((version: { names: number }) => version.names)).toEqual([900, 1000])
  })

  it('is taken all the same when it is fetched with force', async () => {
    const id = await subscribe(names(1000))
    content = names(10)
    await refresh(id)
    expect(await refresh(id, '?force=true')).toMatchObject({ changed: true, names: 10, heldVersion: null })
  })

  it('of which most makes no sense waits', async () => {
    const id = await subscribe(names(5))
    content = `${names(50)}${'please sign in to this network\n'.repeat(200)}`
    expect((await refresh(id)).heldVersion.findings).toMatchObject([
      { kind: 'mostly-rejected', detail: '80 % of its lines make no sense: 200 were refused' },
    ])
  })

  it('leaves a trace of how each update went', async () => {
    const id = await subscribe(names(1000))
    await refresh(id)
    await refresh(id)
    content = names(10)
    await refresh(id)
    content = '<html>'
    await refresh(id)
    expect((await call('GET', `${id}/updates`)).json.items).toMatchObject([
      { outcome: 'failed', entries: 1000, times: 1, added: 0, detail: expect.stringContaining('HTML') },
      { outcome: 'held', entries: 1000, added: 0, removed: 990, detail: expect.stringContaining('shrinks by 99 %') },
      { outcome: 'unchanged', entries: 1000, times: 2 },
      {
        outcome: 'updated',
        entries: 1000,
        times: 1,
        added: 1000,
        removed: 0,
        rejected: 0,
        origin: (await list(id)).url,
      },
    ])
  })
})

describe('a version that covers protected names', PATIENT, () => {
  const harmless = names(20)
  beforeAll(async () => {
    const lists = { protectedNames: ['www.Chosen.example.org.'] }
    expect((await api.call('PATCH', '/api/v1/settings', { body: { lists } })).json.lists.protectedNames).toEqual([
      'www.chosen.example.org',
    ])
  })
  const findingOf = async (text: string, fields: object = {}) => {
    const { heldVersion } = await list(await subscribe(harmless + text, fields))
    return heldVersion?.findings[0]?.names ?? []
  }

  it.each([
    ['a top-level domain', '||com^\n', [{ name: 'com', entry: '||com^', because: 'public-suffix' }]],
    ['a country’s commerce', '*.co.uk\n', [{ name: 'co.uk', entry: '*.co.uk^', because: 'public-suffix' }]],
    ['an exception of that size', '@@||org^\n', [{ name: 'org', entry: '@@||org^', because: 'public-suffix' }]],
    ['a pattern for everything', '/.*/\n', [{ name: '.', entry: '/.*/', because: 'everything' }]],
    ['a pattern that is turned round', '/^captive/$invert\n', [{ name: '.', because: 'everything' }]],
    [
      'every name but some',
      '*$denyallow=com|net\n',
      [{ name: '.', entry: '*$denyallow=com|net', because: 'everything' }],
    ],
    ['every question for addresses', '*$dnstype=AAAA\n', [{ name: '.', because: 'everything' }]],
    ['every type but one', '*$dnstype=~TXT\n', [{ name: '.', because: 'everything' }]],
    ['every name for some clients', '*$client=192.0.2.0/24\n', [{ name: '.', because: 'everything' }]],
    ['an error for every name', '*$dnsrewrite=REFUSED,dnstype=A\n', [{ name: '.', because: 'everything' }]],
    ['an error for much', '||com^$dnsrewrite=NXDOMAIN\n', [{ name: 'com', because: 'public-suffix' }]],
    ['an error for a bank', '||paypal.com^$dnsrewrite=NXDOMAIN\n', [{ name: 'www.paypal.com', because: 'bank' }]],
    ['an exception for every name', '@@||*^$client=192.0.2.0/24\n', [{ name: '.', because: 'everything' }]],
    ['most addresses, in parts', manyPrefixes(100), [{ name: '.', entry: '0.0.0.0/8', because: 'everything' }]],
    ['a pattern', '/^captive\\.apple/\n', [{ name: 'captive.apple.com', because: 'connectivity' }]],
    ['an update server', 'deb.debian.org\n', [{ name: 'deb.debian.org', entry: 'deb.debian.org', because: 'update' }]],
    ['all below which it lies', '||pypi.org^\n', [{ name: 'pypi.org', because: 'update' }]],
    ['a name that was chosen', '||chosen.example.org^\n', [{ name: 'www.chosen.example.org', because: 'chosen' }]],
    ['a bank', '||paypal.com^\n', [{ name: 'www.paypal.com', entry: '||paypal.com^', because: 'bank' }]],
  ])('waits, the first one too: %s', async (_name, line, expected) => {
    const format = line.includes('*') || line.includes('/') ? { format: 'adblock' } : {}
    expect(await findingOf(line, format)).toMatchObject(expected)
  })

  it.each([
    ['a name of that kind alone', 'com.example.org\n'],
    ['a name below', 'telemetry.www.paypal.com\n'],
    ['a suffix that is small', '||biz.id^\n||github.io^\n'],
    ['an exception', '@@||paypal.com^\n'],
    ['types that are no addresses', '*$dnstype=HTTPS|SVCB\n*$dnstype=~A|~AAAA\n/./$dnstype=TXT\n'],
    ['what takes a rule back', '||com^$badfilter\n@@||com^$dnsrewrite\n'],
    ['a part of all addresses', manyPrefixes(60)],
  ])('is not meant by %s', async (_name, line) => {
    expect(await findingOf(line, { format: 'adblock' })).toEqual([])
  })

  it('finds the console, own zones, own records and what is asked for day by day', async () => {
    const hosts = ['weir.example.net']
    await api.call('PATCH', '/api/v1/settings', { body: { http: { allowedHosts: hosts } } })
    for (const body of [
      { action: 'forward', match: 'suffix', pattern: 'corp.example.com', servers: ['192.0.2.53'] },
      { action: 'rewrite', match: 'exact', pattern: 'nas.example.com', ipv4: ['192.0.2.9'] },
    ])
      await api.call('POST', '/api/v1/rules', { body })
    const log = new LogFixture(join(api.deps.dataDir, 'log.db'))
    const hour = Math.floor(api.clock.now() / HOUR_MS) * HOUR_MS
    for (const at of [hour, hour - HOUR_MS, hour - 2 * HOUR_MS]) {
      log.addTop(3600, at, 'names', { 'habit.example.com': 50, 'blocked.example.com': 50 })
      log.addTop(3600, at, 'blocked-names', { 'blocked.example.com': 49 })
    }
    log.addTop(3600, hour, 'names', { 'burst.example.com': 1_000_000 })
    log.close()
    const wanted = ['habit', 'blocked', 'burst', 'nas', 'www.corp'].map((label) => `${label}.example.com\n`).join('')
    expect(await findingOf(`${wanted}||example.net^\n||corp.example.com^\n`)).toMatchObject([
      { name: 'nas.example.com', because: 'local-record' },
      { name: 'habit.example.com', because: 'asked-most' },
      { name: 'weir.example.net', entry: '||example.net^', because: 'console' },
      { name: 'corp.example.com', entry: '||corp.example.com^', because: 'own-zone' },
    ])
  })

  it('is not held again for what was accepted', async () => {
    const id = await subscribe(`${harmless}deb.debian.org\n`)
    const { heldVersion, state, entries } = await list(id)
    expect([state, entries]).toEqual(['held', 0])
    await call('POST', `${id}/versions/${heldVersion.id}/activate`)
    content = `${harmless}deb.debian.org\nmore.example.org\n`
    expect(await refresh(id)).toMatchObject({ changed: true, names: 22 })
    content = `${harmless}deb.debian.org\narchive.ubuntu.com\n`
    expect((await refresh(id)).heldVersion.findings[0]).toMatchObject({
      total: 1,
      names: [{ name: 'archive.ubuntu.com' }],
    })
  })

  it('is taken where the list’s own guard does not protect names', async () => {
    expect(await findingOf('||com^\n', { guard: { protectNames: false } })).toEqual([])
  })
})

describe('content that a user brings', PATIENT, () => {
  it('may be of any size', async () => {
    const { id } = (
      await api.call('POST', '/api/v1/lists', {
        body: { name: `Brought ${++lists}`, kind: 'block', text: names(1000) },
      })
    ).json
    expect((await upload(id, names(1))).json).toMatchObject({ changed: true, names: 1 })
  })

  it('that covers protected names is answered with a problem, and waits', async () => {
    const { id } = (
      await api.call('POST', '/api/v1/lists', { body: { name: `Brought ${++lists}`, kind: 'block', text: names(3) } })
    ).json
    const reply = await upload(id, `${names(2)}||com^\n`)
    expect(reply.status).toBe(409)
    const { heldVersion, entries } = await list(id)
    expect(entries).toBe(3)
    expect(reply.json).toMatchObject({
      code: 'held-for-review',
      detail: expect.stringContaining(`/api/v1/lists/${id}/versions/${heldVersion.id}/activate`),
      errors: [{ field: 'content', message: expect.stringContaining('||com^ (com)') }],
    })
    expect((await upload(id, `${names(2)}||com^\n`, '?force=true')).json).toMatchObject({ changed: true, names: 3 })
  })

  it('of a new list that covers protected names makes none, unless it is forced', async () => {
    const body = { name: 'Hostile', kind: 'block', text: `${names(2)}||com^\n` }
    const refused = await api.call('POST', '/api/v1/lists', { body })
    expect(refused.json).toMatchObject({ status: 409, code: 'held-for-review', errors: [{ field: 'text' }] })
    const all = (await api.call('GET', '/api/v1/lists')).json.items
    expect(all.map((item: { name: string }) => item.name)).not.toContain('Hostile')
    expect((await api.call('POST', '/api/v1/lists', { body: { ...body, force: true } })).json).toMatchObject({
      entries: 3,
    })
  })
})

describe('a pinned list', PATIENT, () => {
  it('gets no updates until it is unpinned', async () => {
    const id = await subscribe(names(5))
    expect((await call('PATCH', `${id}`, { pinned: true })).json).toMatchObject({ pinned: true, nextFetchAt: null })
    content = names(6)
    expect((await call('POST', `${id}/refresh`)).status).toBe(409)
    expect((await upload(id, names(7))).status).toBe(409)
    await call('PATCH', `${id}`, { pinned: false })
    expect(await refresh(id)).toMatchObject({ changed: true, names: 6 })
  })
})

describe('a fetch', PATIENT, () => {
  it('that is cancelled is no failure, and leaves what was there', async () => {
    const id = await subscribe(names(5))
    content = SILENCE
    const fetching = call('POST', `${id}/refresh`)
    await asked.promise
    expect((await call('POST', `${id}/cancel`)).json).toEqual({ cancelled: true })
    expect((await fetching).json).toMatchObject({ code: 'upstream-fetch-failed', detail: 'was cancelled' })
    expect(await list(id)).toMatchObject({ state: 'active', entries: 5, failures: 0, lastError: null })
    expect((await list(id)).nextFetchAt).toBeGreaterThan(api.clock.now())
    expect((await call('POST', `${id}/cancel`)).json).toEqual({ cancelled: false })
  })
})
