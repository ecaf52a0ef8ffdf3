import type { PolicyStep } from '@weir/shared/contract/policy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi, type TestReply } from '../../testing/test-api.ts'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

const exported = async (of: TestApi = api): Promise<string> => (await of.call('GET', '/api/v1/policy')).text
const plan = (text: string, more: object = {}) => api.call('POST', '/api/v1/policy/plan', { body: { text, ...more } })
const apply = (text: string, more: object = {}, to: TestApi = api): Promise<TestReply> =>
  to.call('POST', '/api/v1/policy/apply', { body: { text, ...more } })
const ok = (reply: TestReply): TestReply => {
  if (reply.status >= 300) throw new Error(reply.text)
  return reply
}
const post = async (path: string, body: object) => ok(await api.call('POST', `/api/v1${path}`, { body })).json
const patch = async (path: string, body: object) => ok(await api.call('PATCH', `/api/v1${path}`, { body }))

/** Something of everything, with what YAML could trip over. */
async function populate(): Promise<void> {
  const kids = await post('/groups', {
    name: 'Kids: "A" # 1',
    clients: ['192.0.2.64/26', '2001:db8::7'],
    comment: 'on: off\nsecond line',
    answer: { kind: 'nxdomain', extendedError: 'filtered' },
  })
  const guests = await post('/groups', { name: 'Guests' })
  await patch('/groups/1', { comment: 'everybody else' })
  const nights = await post('/schedules', {
    name: 'School nights',
    timeZone: 'Europe/Berlin',
    windows: [
      { days: ['sun', 'mon'], from: '20:30', until: '06:30' },
      { days: ['sat'], from: '00:00', until: '24:00' },
    ],
  })
  await post('/lists', {
    name: 'yes',
    kind: 'allow',
    text: 'good.example',
    enabled: false,
    guard: { maxShrinkPercent: 10 },
  })
  await post('/lists', {
    name: 'Ads',
    kind: 'block',
    url: 'https://lists.example/ads.txt',
    groups: [kids.id],
    answer: { kind: 'addresses', ipv4: ['192.0.2.1'] },
    shadow: true,
    refreshIntervalSeconds: 3600,
  })
  await patch('/services/youtube', { enabled: true, groups: [guests.id, kids.id] })
  await patch('/safe-search/google', { enabled: true })
  await patch('/services/tiktok', {
    enabled: false,
    perGroup: [
      { group: kids.id, enabled: true, schedule: nights.id },
      { group: guests.id, enabled: true, schedule: null },
    ],
  })
  await patch(`/groups/${guests.id}`, {
    schedule: nights.id,
    upstreams: { servers: ['192.0.2.54'], strategy: 'fastest' },
    logPrivacy: 'none',
  })
  const rules = [
    {
      action: 'block',
      match: 'suffix',
      pattern: 'ads.example',
      answer: { kind: 'addresses', ipv4: ['192.0.2.1'], txt: 'a, b|c' },
    },
    { action: 'block', match: 'regex', pattern: '^ad[0-9]+\\.: #x', enabled: false },
    { action: 'allow', match: 'exact', pattern: 'good.example', important: true, comment: '! "quoted": # yes' },
    { action: 'forward', match: 'suffix', pattern: 'lan.example', servers: ['192.0.2.53:5300', 'tls://dns.example'] },
    { action: 'rewrite', match: 'exact', pattern: 'nas.example', ipv4: ['192.0.2.9'], ipv6: ['2001:db8::9'] },
    { action: 'rewrite', match: 'address', pattern: '198.51.100.0/24', target: '203.0.113.0/24', shadow: true },
    { action: 'block', match: 'exact', pattern: 'maybe.example', shadow: true },
    { action: 'alias', match: 'suffix', pattern: 'old.example', target: 'new.example' },
    { action: 'block', match: 'exact', pattern: 'game.example', groups: [kids.id, guests.id], schedule: nights.id },
    { action: 'block', match: 'exact', pattern: 'game.example', expiresAt: 1_999_999_999_000, ttlSeconds: 5 },
  ]
  for (const rule of rules) await post('/rules', rule)
  await patch('/settings', {
    blocking: { ttlSeconds: 7, answer: { kind: 'nodata' } },
    rebinding: { enabled: true, allowedNames: ['lan.example'], allowedGroups: [kids.id] },
    precedence: 'block-first',
    upstreams: { servers: ['tls://192.0.2.1', 'https://dns.example/dns-query'] },
  })
}

describe('the policy as a text', () => {
  it('comes back the same from an empty instance that it was applied to', async () => {
    await populate()
    const text = await exported()
    const empty = await startTestApi()
    try {
      // Another order of making: other ids.
      await empty.call('POST', '/api/v1/groups', { body: { name: 'Guests' } })
      expect(ok(await apply(text, {}, empty)).json.create).toBeGreaterThan(10)
      expect(await exported(empty)).toBe(text)
      expect(ok(await apply(text, {}, empty)).json).toMatchObject({ create: 0, update: 0, delete: 0, steps: [] })
    } finally {
      await empty.close()
    }
  })

  it('is the same each time, names instead of ids, and holds no secret', async () => {
    await populate()
    const text = await exported()
    expect(await exported()).toBe(text)
    expect(text).toContain('\nweir: 1\n')
    expect(text).toContain('\n    groups: [Guests, \'Kids: "A" # 1\']\n    schedule: School nights\n')
    expect(text).toContain('|maybe.example^$shadow')
    expect(text).toContain('    shadow: true\n')
    expect(text).not.toContain(api.deps.adminToken)
  })

  it('tells what would change, and changes nothing', async () => {
    await populate()
    const before = await exported()
    const { configRevision } = (await api.call('GET', '/api/v1/health')).json
    const text = `weir: 1
rules:
  - |
    ! comments are welcome
    ||ads.example^$answer=nxdomain
    new.example
`
    const { json } = ok(await plan(text))
    expect(json).toMatchObject({ revision: configRevision, sections: ['rules'], create: 2, update: 0, delete: 10 })
    expect(json.steps[0]).toMatchObject({
      entity: 'rule',
      operation: 'create',
      title: '||ads.example^$answer=nxdomain',
    })
    expect(await exported()).toBe(before)
    expect((await api.call('GET', '/api/v1/health')).json.configRevision).toBe(configRevision)
  })

  it('calls groups by their names, also those that it makes or deletes', async () => {
    const group = ok(await api.call('POST', '/api/v1/groups', { body: { name: 'Old' } })).json
    const body = { action: 'block', match: 'exact', pattern: 'old.example', groups: [group.id] }
    ok(await api.call('POST', '/api/v1/rules', { body }))
    const text = `weir: 1
groups:
  - {name: Everyone, default: true}
  - {name: Fresh, clients: [192.0.2.99]}
rules:
  - rule: fresh.example
    groups: [Fresh]
`
    const { steps } = ok(await plan(text)).json
    const wordsOf = (operation: string) =>
      steps.flatMap((step: PolicyStep) => (step.entity === 'rule' && step.operation === operation ? step.words : []))
    expect(wordsOf('create')).toContain('groups Fresh')
    expect(wordsOf('delete')).toContain('groups Old')
    expect(ok(await api.call('GET', '/api/v1/groups')).json.items).toContainEqual(
      expect.objectContaining({ name: 'Old' }),
    )
  })

  it('is put in place in one revision, which can be undone as one', async () => {
    await populate()
    const before = await exported()
    const text = before
      .replace('ttlSeconds: 7', 'ttlSeconds: 70')
      .replace('20:30', '20:45')
      .replace(/ {2}- name: Guests\n/, '  - name: Family\n')
      .replaceAll('Guests', 'Family')
    const seen = ok(await plan(text)).json
    expect(seen.steps).toContainEqual(
      expect.objectContaining({ entity: 'settings', words: expect.arrayContaining(['TTL 7 → 70']) }),
    )
    const applied = ok(await apply(text, { expectRevision: seen.revision })).json
    expect(applied.revision).toBe(seen.revision + 1)
    expect(await exported()).toBe(text)
    ok(await api.call('POST', `/api/v1/revisions/${applied.revision}/undo`))
    expect(await exported()).toBe(before)
  })

  it('moves clients between groups, also crosswise', async () => {
    await post('/groups', { name: 'A', clients: ['192.0.2.1', '192.0.2.2'] })
    await post('/groups', { name: 'B', clients: ['192.0.2.3'] })
    const text = (clientsA: string, clientsB: string) => `weir: 1
groups:
  - { name: Everyone, default: true }
  - { name: A, clients: [${clientsA}] }
  - { name: B, clients: [${clientsB}] }
`
    const { revision } = ok(await apply(text('192.0.2.3', '192.0.2.1, 192.0.2.2'))).json
    expect((await plan(text('192.0.2.3', '192.0.2.1/32, 192.0.2.2'))).json).toMatchObject({ update: 0, steps: [] })
    ok(await api.call('POST', `/api/v1/revisions/${revision}/undo`))
    expect((await plan(text('192.0.2.1, 192.0.2.2', '192.0.2.3'))).json).toMatchObject({ update: 0 })
  })

  it('keeps lists in the order of the file', async () => {
    const lists = (...names: string[]) =>
      `weir: 1\nlists:\n${names.map((name) => `  - { name: ${name}, kind: block, url: "https://lists.example/${name}" }\n`).join('')}`
    ok(await apply(lists('a', 'b', 'c')))
    ok(await apply(lists('c', 'a', 'b')))
    const { items } = (await api.call('GET', '/api/v1/lists')).json
    expect(items.map((item: { name: string }) => item.name)).toEqual(['c', 'a', 'b'])
  })
})

describe('a policy that cannot be', () => {
  const messages = async (text: string): Promise<string[]> => {
    const reply = await plan(text)
    expect(reply.status).toBe(422)
    return reply.json.errors.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`)
  }

  it.each<[string, string, string[]]>([
    ['is no YAML', 'weir: 1\nrules: [a\n', ['text: line 3: ']],
    ['is something else', 'hello: world\n', ["text: line 1: is no policy: 'weir: 1' is missing"]],
    ['is a list', '- a\n', ["text: line 1: is no policy: it begins with 'weir: 1'"]],
    [
      'comes from a newer Weir',
      '# x\nweir: 2\n',
      ['text: line 2: this file has version 2 and comes from a newer Weir; this one knows version 1'],
    ],
    ['has an unknown section', 'weir: 1\nrulez: []\n', ['rulez: line 2: is not known; there are schedules, groups']],
    ['has a key twice', 'weir: 1\nrules: []\nrules: []\n', ['text: line 3: ']],
    [
      'has a rule that is none',
      'weir: 1\nrules:\n  - |\n    ok.example\n    ||bad.example^$nonsense\n',
      ["rules[0]: line 5: '||bad.example^$nonsense': "],
    ],
    [
      'says a rule twice',
      'weir: 1\nrules:\n  - a.example\n  - rule: A.example.\n',
      ['rules[1]: line 4: says the same as line 3'],
    ],
    [
      'names a group that is not there',
      'weir: 1\nrules:\n  - rule: a.example\n    comment: x\n    groups: [Nobody]\n',
      ["rules[0].groups: line 5: there is no group 'Nobody'"],
    ],
    [
      'has an unknown field',
      'weir: 1\nschedules:\n  - name: s\n    timezone: UTC\n',
      ['schedules[0].timezone: line 4: '],
    ],
    [
      'has a time zone that is none',
      'weir: 1\nschedules:\n  - name: s\n    timeZone: Mars/Base\n    windows: [{ days: [mon], from: "10:00", until: "11:00" }]\n',
      ['schedules[0].timeZone: line 4: '],
    ],
    [
      'sets what is not there',
      'weir: 1\nsettings:\n  blocking:\n    ttlSeconds: -1\n',
      ['settings.blocking.ttlSeconds: line 4: '],
    ],
    ['uses anchors', 'weir: 1\nrules: [&a x.example, *a]\n', ['text: line 1: cannot be read']],
    ['deletes a group that something names', 'weir: 1\ngroups: []\n', ['groups: ']],
  ])('%s', async (_what, text, expected) => {
    const id = (await post('/groups', { name: 'Kids' })).id
    await post('/rules', { action: 'block', match: 'exact', pattern: 'kept.example', groups: [id] })
    const before = await exported()
    const found = await messages(text)
    for (const start of expected) expect(found.some((message) => message.startsWith(start))).toBe(true)
    expect((await apply(text)).status).toBe(422)
    expect(await exported()).toBe(before)
  })

  it('was made for another revision', async () => {
    expect((await apply('weir: 1\nrules: []\n', { expectRevision: 1 })).status).toBe(412)
  })

  it('needs the role of what it changes', async () => {
    const body = { text: 'weir: 1\nsettings: { precedence: block-first }\n' }
    expect((await api.call('POST', '/api/v1/policy/apply', { as: 'operator', body })).status).toBe(403)
    expect((await api.call('POST', '/api/v1/policy/plan', { as: 'viewer', body })).status).toBe(403)
  })
})
