import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@weir/shared/contract/settings'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openReader, openWriter } from '@weir/shared/db/open-database'
import { toWire } from '@weir/shared/dns/domain-name'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Decision } from '../query/decision.ts'
import { decideName } from '../rules/decide.ts'
import { CLIENT } from '../rules/policy.fixture.ts'
import { Policy } from '../rules/policy.ts'
import { loadConfig } from './load-config.ts'

const SERVERS = ['192.0.2.53']
let folder: string
let writer: Database
let reader: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-config-'))
  writer = openWriter(join(folder, 'weir.db'), 'config')
  expect(migrate(writer, migrationsOf('weir')).ok).toBe(true)
  reader = openReader(join(folder, 'weir.db'))
})
afterEach(() => {
  reader.close()
  writer.close()
  return rm(folder, { recursive: true })
})

/** As the API does it: the change and the revision in one transaction. */
function change(apply: (revision: number) => void): void {
  writer.transaction(() => {
    writer.exec('UPDATE config_revision SET revision = revision + 1')
    apply(writer.prepare<[], number>('SELECT revision FROM config_revision').pluck().get()!)
  })()
}
const putRule = (
  id: number,
  action: string,
  pattern: string,
  more: { enabled?: number; details?: string } = {},
): void =>
  change((revision) => {
    const { enabled = 1, details = '{}' } = more
    writer
      .prepare(
        `INSERT INTO rule (id, action, match, pattern, identity, enabled, details, created_at, updated_at, revision)
         VALUES (@id, @action, 'suffix', @pattern, @id, @enabled, @details, 0, 0, @revision)
         ON CONFLICT (id) DO UPDATE SET action = @action, pattern = @pattern, enabled = @enabled, revision = @revision`,
      )
      .run({ id, action, pattern, enabled, details, revision })
  })
const deleteRule = (id: number): void =>
  change((revision) => {
    if (writer.prepare('DELETE FROM rule WHERE id = ?').run(id).changes > 0)
      writer.prepare('INSERT INTO deleted_rule (revision, rule_id) VALUES (?, ?)').run(revision, id)
  })
function editRule(id: number, kind: string, pattern: string): void {
  if (kind === 'delete') deleteRule(id)
  else if (kind === 'off') putRule(id, 'block', pattern, { enabled: 0 })
  else putRule(id, kind, pattern)
}
const putSetting = (section: string, value: string): void =>
  change((revision) => {
    writer.prepare('INSERT INTO setting (section, value, revision) VALUES (?, ?, ?)').run(section, value, revision)
  })

const names = ['a', 'b', 'c'].flatMap((label) => [`${label}.example`, `x.${label}.example`])

function decisionsOf(policy: Policy): string[] {
  const decision = new Decision()
  return names.map((name) => {
    decideName(policy, toWire(name), 1, CLIENT, 0, decision)
    return `${name} ${decision.action} ${decision.ruleId}`
  })
}

describe('loadConfig', () => {
  it('gives the defaults of a fresh database', () => {
    expect(loadConfig(reader, SERVERS)).toEqual({
      revision: 1,
      settings: defaultSettings(SERVERS),
      groups: [
        { id: 1, name: 'Everyone', isDefault: true, answer: null, schedule: null, upstreams: null, logPrivacy: null },
      ],
      clients: [],
      overrides: [],
      schedules: [],
      lists: [],
      ruleSets: [],
      rules: { kind: 'full', rules: [] },
      faults: [],
    })
  })

  it('brings a policy to the same decisions by deltas as by reading all anew', () => {
    const step = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      kind: fc.constantFrom('block', 'allow', 'off', 'delete'),
      name: fc.constantFrom('a.example', 'b.example', 'c.example', 'x.a.example'),
      reloads: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        const first = loadConfig(reader, SERVERS)
        const policy = new Policy(first.settings)
        policy.apply(first)
        for (const { id, kind, name, reloads } of steps) {
          editRule(id, kind, name)
          if (reloads) expect(policy.apply(loadConfig(reader, SERVERS, policy.revision))).toEqual([])
        }
        policy.apply(loadConfig(reader, SERVERS, policy.revision))
        const anew = loadConfig(reader, SERVERS)
        const fresh = new Policy(anew.settings)
        fresh.apply(anew)
        expect(decisionsOf(policy)).toEqual(decisionsOf(fresh))
        expect(policy.revision).toBe(fresh.revision)
      }),
      { numRuns: 25 },
    )
  })

  it('reads only what is newer, and all again when deletions were forgotten', () => {
    putRule(1, 'block', 'a.example')
    const { revision } = loadConfig(reader, SERVERS)
    putRule(2, 'block', 'b.example')
    deleteRule(1)
    const delta = loadConfig(reader, SERVERS, revision).rules
    expect(delta).toMatchObject({ kind: 'delta', changed: [{ id: 2 }], deleted: [1] })
    writer.prepare('UPDATE deleted_rule_horizon SET pruned_before = ?').run(revision + 2)
    expect(loadConfig(reader, SERVERS, revision).rules).toMatchObject({ kind: 'full', rules: [{ id: 2 }] })
  })

  it('replaces what is damaged by its default, says so, and keeps the rest', () => {
    putSetting('blocking', '{"enabled":')
    putSetting('cache', '{"sizeOctets":-5}')
    putSetting('access', '{"queriesPerSecond":7}')
    putSetting('from-the-future', '{}')
    putRule(2, 'block', 'b.example', { details: '{"queryTypes":["A"]}' })
    const { settings, rules, faults } = loadConfig(reader, SERVERS)
    const defaults = defaultSettings(SERVERS)
    expect(settings.blocking).toEqual(defaults.blocking)
    expect(settings.cache).toEqual(defaults.cache)
    expect(settings.access).toEqual({ ...defaults.access, queriesPerSecond: 7 })
    expect(new Set(faults.map((fault) => fault.split(' ')[1]))).toEqual(new Set(['blocking', 'cache']))
    expect(rules).toMatchObject({ kind: 'full', rules: [{ id: 2, queryTypes: ['A'] }] })
  })

  it.each(['null', '{}', '5', '["1"]', '[1'])(
    'decides on, where groups, exceptions and answers are stored as %s',
    (text) => {
      writer.pragma('ignore_check_constraints = ON')
      const list = writer.prepare(
        `INSERT INTO list (id, name, kind, source, groups, per_group, answer, position, created_at, updated_at, revision)
       VALUES (?, ?, ?, 'content', ?, ?, ?, 1, 0, 0, 1)`,
      )
      list.run(1, 'Ads', 'block', text, text, '{"ipv4":5}')
      list.run(2, 'Exempt', 'allow', text, '[]', null)
      writer.prepare('UPDATE client_group SET answer = ?, upstreams = ?').run('{"kind":7}', text)
      const config = loadConfig(reader, SERVERS)
      expect(config.lists).toMatchObject([
        { id: 1, enabled: true, groups: [], perGroup: [], answer: null },
        { id: 2, enabled: false },
      ])
      expect(config.groups).toMatchObject([{ answer: null, upstreams: null }])
      expect(config.faults).toHaveLength(6)
      const policy = new Policy(config.settings)
      policy.apply(config)
      decideName(policy, toWire('a.example'), 1, CLIENT, 0, new Decision())
    },
  )

  it('leaves no read transaction behind: a TRUNCATE checkpoint gets through', () => {
    putRule(1, 'block', 'a.example')
    loadConfig(reader, SERVERS)
    expect(writer.pragma('wal_checkpoint(TRUNCATE)')).toEqual([{ busy: 0, log: 0, checkpointed: 0 }])
  })
})
