import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { type Database, openWriter } from '@weir/shared/db/open-database'
import { fail, ok, type Result } from '@weir/shared/result'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { IndexBuilder } from '../rules/compile-index.ts'
import { eachRow } from '../rules/packed-rows.ts'
import type { CompiledIndex, ConfigData } from '../rules/policy-data.ts'
import type { CompileRequest } from '../store/compile-messages.ts'
import { ConfigKeeper } from './config-keeper.ts'

let folder: string
let path: string
let database: Database
let keeper: ConfigKeeper
let applied: (ConfigData | CompiledIndex)[]
/** Compiles under way: the test says when they are over. */
let compiles: { request: CompileRequest; settle(result: Result<CompiledIndex, string>): void }[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-keeper-'))
  path = join(folder, 'weir.db')
  database = newDatabase(path)
  applied = []
  compiles = []
  keeper = new ConfigKeeper({
    databasePath: path,
    indexPath: join(folder, 'rules.index'),
    fallbackServers: ['192.0.2.53'],
    compile: (request) => new Promise((settle) => compiles.push({ request, settle })),
    tiersPath: join(folder, 'tiers'),
    loadIndex: () => ({ index: null }),
    retireTiers: () => undefined,
    recall: () => fail('none'),
    applyConfig: (config) => Promise.resolve(applied.push(config) > 0),
    applyIndex: (index) => Promise.resolve(applied.push(index) > 0),
    onFault: () => undefined,
  })
  await keeper.start()
})
afterEach(() => {
  keeper.stop()
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

function newDatabase(at: string): Database {
  const made = openWriter(at, 'config')
  // Versions are only numbers here.
  made.pragma('foreign_keys = OFF')
  const migrated = migrate(made, migrationsOf('weir'))
  if (!migrated.ok) throw new Error(migrated.error.detail)
  return made
}

/** One configuration transaction. @returns its revision */
function change(at: number, work: (revision: number) => void = () => undefined): number {
  return database.transaction(() => {
    const revision = (database.prepare('SELECT revision FROM config_revision').pluck().get() as number) + 1
    database.prepare('UPDATE config_revision SET revision = ?').run(revision)
    work(revision)
    database
      .prepare(
        `INSERT INTO change (revision, at, actor, source, entity, entity_id, operation, summary)
         VALUES (?, ?, 'test', '', 'rule', '1', 'create', '')`,
      )
      .run(revision, at)
    return revision
  })()
}

const addRule = (at: number, pattern: string): number =>
  change(at, (revision) =>
    database
      .prepare(
        `INSERT INTO rule (action, match, pattern, identity, created_at, updated_at, revision)
         VALUES ('block', 'exact', ?, ?, 0, 0, ?)`,
      )
      .run(pattern, pattern, revision),
  )

/** Its details are no JSON, or again are. */
const setDetails = (at: number, id: number, details: string): number =>
  change(at, (revision) =>
    database.prepare('UPDATE rule SET details = ?, revision = ? WHERE id = ?').run(details, revision, id),
  )

/** Gives a list another version; makes it first where it is missing. */
const activateList = (at: number, versionId: number, id = 1): number =>
  change(at, (revision) => {
    database
      .prepare(
        `INSERT OR IGNORE INTO list (id, name, kind, source, position, created_at, updated_at, revision)
         VALUES (?, ?, 'block', 'content', ?, 0, 0, ?)`,
      )
      .run(id, `list ${id}`, id, revision)
    database.prepare('UPDATE list SET active_version_id = ?, revision = ? WHERE id = ?').run(versionId, revision, id)
  })

const compiled = ({ key, revision, lists }: CompileRequest): Result<CompiledIndex, string> =>
  ok(new IndexBuilder(0, key, revision).finish(lists, []))

const rulesOf = (config: ConfigData | CompiledIndex | undefined): unknown =>
  config && 'rules' in config
    ? [
        config.rules.kind,
        [...eachRow(config.rules.kind === 'full' ? config.rules.rules : config.rules.changed)].map((r) => r.pattern),
      ]
    : config

describe('a rule', () => {
  it('acts while a list compiles; who changed the list waits for its names', async () => {
    let isListApplied = false
    const list = keeper.reload(activateList(1, 7)).then((isApplied) => {
      isListApplied = isApplied
    })
    expect(await keeper.reload(addRule(2, 'a.example'))).toBe(true)
    expect([rulesOf(applied.at(-1)), isListApplied, compiles.length]).toEqual([['delta', ['a.example']], false, 1])
    compiles[0]!.settle(compiled(compiles[0]!.request))
    await list
    expect([isListApplied, keeper.indexes.index?.lists]).toEqual([true, [{ listId: 1, versionId: 7, names: 0 }]])
  })

  it('does not wait for a list that is changed right behind it', async () => {
    const rule = addRule(1, 'a.example')
    const list = activateList(1, 7)
    expect(await keeper.reload(rule, true)).toBe(true)
    expect([rulesOf(applied.at(-1)), compiles.length]).toEqual([['delta', ['a.example']], 1])
    const names = keeper.reload(list)
    compiles[0]!.settle(compiled(compiles[0]!.request))
    expect(await names).toBe(true)
  })

  it('shares a round with others that were saved at once', async () => {
    const first = keeper.reload(addRule(1, 'a.example'))
    const others = [addRule(2, 'b.example'), addRule(3, 'c.example')].map((revision) => keeper.reload(revision))
    expect(await Promise.all([first, ...others])).toEqual([true, true, true])
    expect(applied.length).toBeLessThanOrEqual(2)
    expect(keeper.revision).toBe(4)
  })
})

describe('a list', () => {
  it('that is replaced while it compiles is compiled again, and both who changed it get their answer', async () => {
    const both = [keeper.reload(activateList(1, 7))]
    await keeper.reload(addRule(2, 'before.example'))
    both.push(keeper.reload(activateList(3, 8)))
    await keeper.reload(addRule(4, 'a.example'))
    // The version is gone: no fault, since a newer one comes next.
    compiles[0]!.settle(fail('went away'))
    await new Promise(setImmediate)
    compiles[1]!.settle(compiled(compiles[1]!.request))
    expect(await Promise.all(both)).toEqual([true, true])
    expect([keeper.indexes.index?.lists[0]?.versionId, keeper.faults]).toEqual([8, []])
  })

  it('does not wait for another that came while it was compiled', async () => {
    const first = keeper.reload(activateList(1, 7))
    await keeper.reload(addRule(2, 'before.example'))
    let isSecondApplied = false
    const second = keeper.reload(activateList(3, 8, 2)).then((isApplied) => {
      isSecondApplied = isApplied
    })
    await keeper.reload(addRule(4, 'a.example'))
    compiles[0]!.settle(compiled(compiles[0]!.request))
    expect([await first, isSecondApplied, compiles.length]).toEqual([true, false, 2])
    compiles[1]!.settle(compiled(compiles[1]!.request))
    await second
    expect([isSecondApplied, keeper.indexes.index?.lists.map(({ versionId }) => versionId)]).toEqual([true, [7, 8]])
  })

  it('that cannot be compiled is said once, and takes no rule along', async () => {
    const list = keeper.reload(activateList(1, 7))
    await keeper.reload(addRule(2, 'a.example'))
    compiles[0]!.settle(fail('no memory'))
    expect(await list).toBe(false)
    expect(keeper.faults).toEqual([expect.stringContaining('no memory')])
    expect(await keeper.reload(addRule(3, 'b.example'))).toBe(true)
    expect(compiles).toHaveLength(1)
  })
})

describe('a damaged rule', () => {
  it('is told until it is mended, whatever else changes, and what it was before goes', async () => {
    await keeper.reload(addRule(1, 'a.example'))
    await keeper.reload(setDetails(2, 1, '{"queryTypes":'))
    expect(applied.at(-1)).toMatchObject({ rules: { kind: 'delta', changed: [], deleted: [1] } })
    expect(keeper.faults).toEqual(['rule 1 is damaged and was left out'])
    await keeper.reload(addRule(3, 'b.example'))
    await keeper.reload(setDetails(4, 2, '['))
    expect(keeper.faults).toEqual(['rule 2 is damaged and was left out', 'rule 1 is damaged and was left out'])
    await keeper.reload(setDetails(5, 1, '{}'))
    expect(keeper.faults).toEqual(['rule 2 is damaged and was left out'])
    await keeper.reload(
      change(6, (revision) => {
        database.exec('DELETE FROM rule WHERE id = 2')
        database.prepare('INSERT INTO deleted_rule (revision, rule_id) VALUES (?, 2)').run(revision)
      }),
    )
    expect(keeper.faults).toEqual([])
  })
})

describe('another history', () => {
  it('is read whole: revisions that went back, and as many others since', async () => {
    await keeper.reload(addRule(1, 'a.example'))
    const backup = join(folder, 'backup.db')
    database.exec(`VACUUM INTO '${backup}'`)
    await keeper.reload(addRule(2, 'b.example'))
    database.close()
    for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true })
    renameSync(backup, path)
    database = openWriter(path, 'config')
    expect(await keeper.reload(addRule(3, 'c.example'))).toBe(true)
    expect(rulesOf(applied.at(-1))).toEqual(['full', ['a.example', 'c.example']])
  })

  it('is not taken for one when a change row goes along with a later part of its import', async () => {
    await keeper.reload(addRule(1, 'a.example'))
    change(2, (revision) => database.prepare('UPDATE change SET revision = ? WHERE at = 1').run(revision))
    await keeper.reload(addRule(3, 'b.example'))
    expect(rulesOf(applied.at(-1))).toEqual(['delta', ['b.example']])
  })

  it('is told while weir.db is missing, and forgotten when it is there again', async () => {
    renameSync(path, `${path}.away`)
    expect(await keeper.reload(9)).toBe(false)
    expect(keeper.faults).toEqual([expect.stringContaining('the file is missing')])
    renameSync(`${path}.away`, path)
    expect(await keeper.reload(1)).toBe(true)
    expect(keeper.faults).toEqual([])
  })
})
