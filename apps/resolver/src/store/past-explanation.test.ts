import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Explanation } from '@weir/shared/contract/explain'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openReader, openWriter } from '@weir/shared/db/open-database'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { NameChunkEncoder } from '@weir/shared/lists/name-chunk'
import { compareReversed, reversedOfName } from '@weir/shared/lists/reversed-name'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explainPast, type PastExplanation } from './past-explanation.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 0, 1)
let folder: string
let writer: Database
let log: Database
let nowMs: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-past-'))
  writer = openWriter(join(folder, 'weir.db'), 'config')
  expect(migrate(writer, migrationsOf('weir')).ok).toBe(true)
  log = openWriter(join(folder, 'log.db'), 'log')
  expect(migrate(log, migrationsOf('log')).ok).toBe(true)
  nowMs = START_MS
})
afterEach(() => {
  log.close()
  writer.close()
  return rm(folder, { recursive: true })
})

interface Change {
  readonly entity: string
  readonly id: number | string
  readonly operation: 'create' | 'update' | 'delete' | 'import'
  readonly before?: unknown
  readonly after?: unknown
}
/** An hour later, as the API does it: rows and their change rows in one revision. */
function change(act: () => void, ...changes: readonly Change[]): number {
  nowMs += HOUR_MS
  return writer.transaction(() => {
    writer.exec('UPDATE config_revision SET revision = revision + 1')
    const revision = writer.prepare<[], number>('SELECT revision FROM config_revision').pluck().get()!
    act()
    for (const { entity, id, operation, before, after } of changes)
      writer
        .prepare(
          `INSERT INTO change (revision, at, actor, source, entity, entity_id, operation, summary, before, after)
           VALUES (?, ?, 'anna', '', ?, ?, ?, ?, ?, ?)`,
        )
        .run(revision, nowMs, entity, String(id), operation, `${operation} ${entity} ${id}`, json(before), json(after))
    return revision
  })()
}
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

const ruleImage = (id: number, action: string, pattern: string, more = {}) => ({
  ...{ id, action, match: 'suffix', pattern, enabled: true, important: false, queryTypes: [], ttlSeconds: null },
  ...{ groups: [], expiresAt: null, comment: '', ...more },
})
const insertRule = ({ id, action, match, pattern, enabled, ...details }: ReturnType<typeof ruleImage>): void => {
  writer
    .prepare(
      `INSERT OR REPLACE INTO rule (id, action, match, pattern, identity, enabled, details, created_at, updated_at, revision)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 1)`,
    )
    .run(id, action, match, pattern, `${id}`, enabled ? 1 : 0, JSON.stringify({ groups: details.groups }))
}
const deleteRule = (id: number): void => void writer.prepare('DELETE FROM rule WHERE id = ?').run(id)

/** Stores names in as many chunks as are asked for. */
function storeVersion(id: number, listId: number, names: readonly string[], namesPerChunk = 2): void {
  writer
    .prepare(
      `INSERT INTO list_version (id, list_id, created_at, sha256, format, size_octets, stored_octets, names,
         complex_rules, added, removed, duplicates, ignored, rejected_count)
       VALUES (?, ?, 0, '', 'names', 0, 0, ?, 0, 0, 0, 0, 0, 0)`,
    )
    .run(id, listId, names.length)
  const view = (octets: Uint8Array) => ({ octets, offset: 0, length: octets.length })
  const sorted = names.map(reversedOfName).sort((a, b) => compareReversed(view(a), view(b)))
  for (let at = 0, sequence = 0; at < sorted.length; at += namesPerChunk, sequence++) {
    const encoder = new NameChunkEncoder()
    for (const name of sorted.slice(at, at + namesPerChunk)) encoder.add(name, 0, name.length)
    const chunk = encoder.flush()!
    // Class 2: blocks the name and what is below it.
    writer
      .prepare(
        'INSERT INTO list_chunk (version_id, class, sequence, names, raw_octets, data) VALUES (?, 2, ?, ?, ?, ?)',
      )
      .run(id, sequence, chunk.names, chunk.rawOctets, chunk.data)
  }
}
function insertList(id: number, name: string): void {
  writer
    .prepare(
      `INSERT INTO list (id, name, kind, source, enabled, position, created_at, updated_at, revision)
       VALUES (?, ?, 'block', 'content', 1, ?, 0, 0, 1)`,
    )
    .run(id, name, id)
}
const activate = (listId: number, versionId: number | null): void =>
  void writer.prepare('UPDATE list SET active_version_id = ? WHERE id = ?').run(versionId, listId)

function ask(atMs: number, name = 'ads.example.org', client = '192.0.2.10'): PastExplanation {
  const reader = openReader(join(folder, 'weir.db'))
  try {
    const clientAddress = toMapped(parseAddress(client)!)
    const told = explainPast(reader, log, ['192.0.2.53'], {
      name,
      qtype: 1,
      clientAddress,
      clientId: '',
      atMs,
      nowMs,
      targets: [],
    })
    if (typeof told === 'string') throw new Error(told)
    Explanation.parse({ ...told, logged: null })
    return told
  } finally {
    reader.close()
  }
}

describe('why, by the policy of a moment of the past', () => {
  it('goes back over edits and deletions of a rule, and names the change that made the difference', () => {
    const block = ruleImage(1, 'block', 'example.org')
    const allow = ruleImage(1, 'allow', 'example.org')
    change(() => insertRule(block), { entity: 'rule', id: 1, operation: 'create', after: block })
    const blockedAt = nowMs
    change(() => insertRule(allow), { entity: 'rule', id: 1, operation: 'update', before: block, after: allow })
    const allowedAt = nowMs
    const deletion = change(() => deleteRule(1), { entity: 'rule', id: 1, operation: 'delete', before: allow })
    nowMs += HOUR_MS
    expect(ask(blockedAt)).toMatchObject({
      decision: { action: 'block', reason: 'own-block-rule', rule: { id: 1 } },
      policy: { isPast: true, missing: [], change: { actor: 'anna' } },
      now: { decision: { action: 'none' }, isSame: false, since: { revision: deletion, summary: 'delete rule 1' } },
    })
    expect(ask(allowedAt).decision).toMatchObject({ action: 'allow', rule: { id: 1 } })
    expect(ask(blockedAt - 1).decision.action).toBe('none')
    expect(ask(nowMs)).toMatchObject({ policy: { isPast: false }, now: { isSame: true, since: null } })
  })

  it('knows nothing of rules that were imported later, whatever became of them', () => {
    const imported = ruleImage(7, 'block', 'example.org')
    const before = nowMs
    change(() => insertRule(imported), { entity: 'rule', id: '7-8', operation: 'import', after: { ranges: [[7, 8]] } })
    const after = nowMs
    change(() => deleteRule(7), { entity: 'rule', id: 7, operation: 'delete', before: imported })
    expect(ask(before).decision.action).toBe('none')
    expect(ask(after).decision.action).toBe('block')
  })

  it('looks into the version of a list that was active, and says so when that one is no longer kept', () => {
    const filler = Array.from({ length: 9 }, (_, i) => `n${i}.example.net`)
    change(() => insertList(3, 'Ads'), { entity: 'list', id: 3, operation: 'create', after: { id: 3 } })
    const take = (versionId: number, names: readonly string[], from: number | null): number =>
      change(
        () => {
          storeVersion(versionId, 3, names)
          activate(3, versionId)
        },
        {
          entity: 'list',
          id: 3,
          operation: 'import',
          before: { activeVersionId: from },
          after: { activeVersionId: versionId },
        },
      )
    take(10, [...filler, 'example.org'], null)
    const listedAt = nowMs
    const removal = take(11, filler, 10)
    expect(ask(listedAt)).toMatchObject({
      decision: { action: 'block', reason: 'list-block', list: { id: 3, name: 'Ads' } },
      now: { decision: { action: 'none' }, since: { revision: removal } },
    })
    expect(ask(listedAt, 'deep.n7.example.net').now).toMatchObject({ isSame: true })
    writer.exec('UPDATE list_version SET list_id = NULL WHERE id = 10')
    const swept = ask(listedAt)
    expect(swept.decision.action).toBe('none')
    expect(swept.policy.missing).toEqual(['the version of list Ads of that moment (10) is no longer kept'])
  })

  it('takes clients back to the group that they were in', () => {
    const rule = ruleImage(1, 'block', 'example.org', { groups: [2] })
    const children = { id: 2, name: 'Children', isDefault: false, comment: '', answer: null, revision: 2 }
    change(
      () => {
        writer.exec(`INSERT INTO client_group (id, name, revision) VALUES (2, 'Children', 2)`)
        writer.exec(`INSERT INTO client (prefix, group_id, revision) VALUES ('192.0.2.10', 2, 2)`)
        insertRule(rule)
      },
      { entity: 'group', id: 2, operation: 'create', after: { ...children, clients: ['192.0.2.10'] } },
      { entity: 'rule', id: 1, operation: 'create', after: rule },
    )
    const childAt = nowMs
    change(() => writer.exec('DELETE FROM client'), {
      entity: 'group',
      id: 2,
      operation: 'update',
      before: { ...children, clients: ['192.0.2.10'] },
      after: { ...children, clients: [] },
    })
    expect(ask(childAt)).toMatchObject({ group: 'Children', decision: { action: 'block' } })
    expect(ask(childAt).trace[0]?.detail).toBe('192.0.2.10 belongs to the group Children, by 192.0.2.10')
    expect(ask(nowMs)).toMatchObject({ group: 'Everyone', decision: { action: 'none' } })
  })

  it('counts a timed override while it held, although its row has gone since', () => {
    nowMs += HOUR_MS
    const override = {
      ...{ id: 1, kind: 'block', name: 'example.org', client: null, groupId: null },
      ...{ createdAt: nowMs + HOUR_MS, endsAt: nowMs + 3 * HOUR_MS },
    }
    change(() => undefined, { entity: 'override', id: 1, operation: 'create', after: override })
    const heldAt = nowMs + 1
    nowMs += 5 * HOUR_MS
    expect(ask(heldAt).decision).toMatchObject({ action: 'block', reason: 'override' })
    expect(ask(override.endsAt).decision.action).toBe('none')
    expect(ask(heldAt).now).toMatchObject({ isSame: false, since: null })
  })

  it('believes what the resolver has noted in log.db: what was in effect may be behind the history', () => {
    const block = ruleImage(1, 'block', 'example.org')
    const revision = change(() => insertRule(block), { entity: 'rule', id: 1, operation: 'create', after: block })
    const note = log.prepare('INSERT INTO effect (at, revision, versions) VALUES (?, ?, ?)')
    note.run(START_MS, revision - 1, '[]')
    note.run(nowMs + 5000, revision, '[]')
    expect(ask(nowMs + 4999).decision.action).toBe('none')
    expect(ask(nowMs + 5000).decision.action).toBe('block')
  })

  it('says that the history does not reach back, and that an image was not kept', () => {
    const block = ruleImage(1, 'block', 'example.org')
    change(() => insertRule(block), { entity: 'rule', id: 1, operation: 'create', after: block })
    const kept = nowMs
    change(() => undefined, { entity: 'rule', id: '7-9', operation: 'delete' })
    expect(ask(kept).policy.missing).toEqual(['revision 3 (delete rule 7-9) has kept no image of before'])
    change(() => undefined, { entity: 'settings', id: 'cache', operation: 'update', before: {}, after: {} })
    writer.exec('DELETE FROM change WHERE revision < 4')
    expect(() => ask(kept - HOUR_MS)).toThrow('the history does not reach back')
  })
})
