/** A data folder whose log holds as many distinct questions as are wanted, and a rule index whose lists know some of their names. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '@weir/shared/db/open-database'
import { nameClass } from '@weir/shared/lists/name-class'
import { IndexBuilder } from '../../src/rules/compile-index.ts'
import type { CompiledIndex } from '../../src/rules/policy-data.ts'
import { seededRandom } from '../comparison/names.ts'
import { generatedName, writeReversedName } from '../scale/generated-names.ts'
import { clientAddress, LogFiller, makeDatabase } from './log-filler.ts'

/** Clients of the log; the first of them are in the second group. */
const CLIENTS = 200
const CHILDREN = 20
export const CHILDREN_GROUP = 2
export const LIST_ID = 1
const QTYPES = [1, 28, 65]
/** A day of queries ends here. */
export const UNTIL_MS = Date.UTC(2026, 5, 2)
export const FROM_MS = UNTIL_MS - 24 * 3_600_000

export interface AskedLog {
  readonly databasePath: string
  readonly logPath: string
  readonly tiersPath: string
  readonly index: CompiledIndex
  /** A name that many ask for, in no list. */
  readonly popular: string
  /** A list of other names, every fifth of which is asked for. */
  readonly draftPath: string
}

/**
 * Names as Zipf's law has them: a few that everybody asks for in every type, and many that one client asks for once.
 * @param questions distinct name, client and type
 * @param listed    names in the block list; every eighth name that is asked for is one of them
 */
export function makeAskedLog(folder: string, questions: number, listed: number): AskedLog {
  mkdirSync(folder, { recursive: true })
  const log = makeDatabase(join(folder, 'log.db'), 'log')
  fillLog(log, questions)
  log.close()
  const weir = makeDatabase(join(folder, 'weir.db'), 'weir')
  fillPolicy(weir)
  weir.close()
  const draftPath = join(folder, 'draft.txt')
  writeFileSync(draftPath, Array.from({ length: 100_000 }, (_, i) => draftName(i)).join('\n'))
  return {
    databasePath: join(folder, 'weir.db'),
    logPath: join(folder, 'log.db'),
    tiersPath: join(folder, 'tiers'),
    index: blockList(listed),
    popular: askedName(1),
    draftPath,
  }
}

/** Numbers of names that are asked for; every eighth is one of the list, whose names lie below. */
const FIRST_FREE = 2 ** 27
const askedNumber = (i: number): number => (i % 8 === 0 ? i / 8 : FIRST_FREE + i)
const askedName = (i: number): string => generatedName(askedNumber(i))
const draftName = (i: number): string => (i % 5 === 0 ? askedName(2 * i + 1) : generatedName(2 * FIRST_FREE + i))

function fillLog(log: Database, questions: number): void {
  const random = seededRandom(1)
  log.transaction(() => {
    const filler = new LogFiller(log, CLIENTS)
    const seen = new Set<number>()
    for (let row = 0; seen.size < questions; row++) {
      // One in four is a name of its own; of the others, a few are most.
      const name = random() < 0.25 ? questions + row : Math.floor((questions / 2) ** random())
      const client = Math.floor(CLIENTS ** random())
      const type = Math.floor(random() * QTYPES.length)
      seen.add((name * CLIENTS + client) * QTYPES.length + type)
      const at = FROM_MS + 1 + Math.floor(((UNTIL_MS - FROM_MS - 2) * seen.size) / questions)
      filler.add({ at, name: askedNumber(name), client, type: QTYPES[type]! })
    }
  })()
}

function fillPolicy(weir: Database): void {
  weir.exec(`INSERT INTO client_group (id, name, revision) VALUES (${CHILDREN_GROUP}, 'Children', 1)`)
  const client = weir.prepare(`INSERT INTO client (prefix, group_id, revision) VALUES (?, ${CHILDREN_GROUP}, 1)`)
  for (let i = 0; i < CHILDREN; i++) client.run(clientAddress(i))
  weir.exec(
    `INSERT INTO list (id, name, kind, source, enabled, groups, position, created_at, updated_at, revision)
     VALUES (${LIST_ID}, 'the list', 'block', 'content', 1, '[]', 1, 0, 0, 1)`,
  )
}

function blockList(names: number): CompiledIndex {
  const builder = new IndexBuilder(names, new Uint8Array(32).fill(7), 1)
  const octets = new Uint8Array(64)
  const suffix = nameClass('block', 'suffix', false)
  for (let i = 0; i < names; i++) builder.add(octets, 0, writeReversedName(i, octets), 0, suffix)
  return builder.finish([{ listId: LIST_ID, versionId: 1, names }], [])
}
