/** What a failing log.db means, and how a broken one is put out of the way. */
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LogSchemaError } from './log-store.ts'

/** `broken`: the file is no good and a new one must be started. `unusable`: try again later (full disk, read-only, busy). */
export type LogFileFault = 'broken' | 'unusable'

/** Broken files that are kept to look at. */
const KEPT_BROKEN_FILES = 2

export function classifyFault(error: unknown): LogFileFault {
  // Another Weir's file is not broken; one whose first migration fails has tables that we did not make.
  if (error instanceof LogSchemaError) return error.fault.code === 'newer-schema' ? 'unusable' : 'broken'
  const { code, message } = error as { code?: unknown; message?: unknown }
  // A file of SQLite's that is not ours, or has lost a table.
  if (code === 'SQLITE_ERROR' && /^no such (table|column)/.test(String(message))) return 'broken'
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code) ? 'broken' : 'unusable'
}

/** Renames log.db and its companions to `log.db.broken-<time>…`, and removes the oldest of such files. */
export function moveAside(path: string, nowMs: number): void {
  const prefix = `${basename(path)}.broken-`
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-')
  for (const companion of ['', '-wal', '-shm']) {
    try {
      renameSync(`${path}${companion}`, join(dirname(path), `${prefix}${stamp}${companion}`))
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
  }
  const broken = readdirSync(dirname(path)).filter((file) => file.startsWith(prefix))
  const stamps = [...new Set(broken.map((file) => file.slice(prefix.length).replace(/-(wal|shm)$/, '')))].sort()
  for (const old of stamps.slice(0, -KEPT_BROKEN_FILES))
    for (const companion of ['', '-wal', '-shm'])
      rmSync(join(dirname(path), `${prefix}${old}${companion}`), { force: true })
}
