import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWriter } from './open-database.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-database-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const modes = (): [string, number][] =>
  readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])

describe('a database', () => {
  it.each(['config', 'log'] as const)(
    'of %s is its owner’s alone, with what lies beside it (CVE-2024-36586)',
    (kind) => {
      const database = openWriter(join(folder, 'new.db'), kind)
      database.exec('CREATE TABLE t (x)')
      expect(modes()).toEqual([
        ['new.db', 0o600],
        ['new.db-shm', 0o600],
        ['new.db-wal', 0o600],
      ])
      database.close()
    },
  )

  it('that is there keeps its mode', () => {
    const path = join(folder, 'old.db')
    openWriter(path, 'config').close()
    chmodSync(path, 0o640)
    openWriter(path, 'config').close()
    expect(modes()).toEqual([['old.db', 0o640]])
  })
})
