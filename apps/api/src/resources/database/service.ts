/** State, checkpoints and copies of weir.db and log.db. */
import { existsSync } from 'node:fs'
import { type FileHandle, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointResult, DatabaseFile, DatabaseState, IntegrityResult } from '@weir/shared/contract/system'
import type { z } from 'zod'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import { resolverProblem } from '../../resolver-problem.ts'
import { checkIntegrity } from './integrity-check.ts'
import {
  CheckpointRepository,
  type DatabaseName,
  type Mode,
  missingFacts,
  readFacts,
  runCheckpoint,
} from './repository.ts'

const SHOWN_CHECKPOINTS = 50
const DAMAGED = 'weir.db is damaged'
const BACKUP_PREFIX = 'backup-'
/** Pages copied before other requests get their turn: 4 MiB. */
const BACKUP_PAGES_PER_TURN = 1024

type File = z.infer<typeof DatabaseFile>

export class DatabaseService {
  readonly #deps: AppDeps
  readonly #checkpoints: CheckpointRepository
  readonly #lastChecks = new Map<DatabaseName, File['lastCheck']>()
  #isChecking = false
  #backupNumber = 0

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.#checkpoints = new CheckpointRepository(deps.database)
  }

  async state(): Promise<z.infer<typeof DatabaseState>> {
    const disk = await statfs(this.#deps.dataDir)
    return {
      items: [this.#weirFile(), this.#logFile()],
      checkpoints: this.#checkpoints.newest(SHOWN_CHECKPOINTS),
      freeDiskOctets: disk.bavail * disk.bsize,
    }
  }

  /** weir.db by this process, its only writer; log.db by the resolver, likewise. */
  async checkpoint(database: DatabaseName, mode: Mode, by: string): Promise<CheckpointResult> {
    const at = this.#deps.clock.now()
    const result = database === 'weir' ? runCheckpoint(this.#deps.database, mode) : await this.#checkpointLog(mode)
    this.#checkpoints.record({ at, database, mode, by, ...result })
    return result
  }

  /** One at a time: each reads a whole file. */
  async checkIntegrity(database: DatabaseName, isQuick: boolean): Promise<z.infer<typeof IntegrityResult>> {
    const path = this.#pathOf(database)
    if (!existsSync(path)) throw new ProblemError('not-found', { detail: `${database}.db does not exist` })
    if (this.#isChecking) throw new ProblemError('conflict', { detail: 'a check is already running' })
    this.#isChecking = true
    const startedAt = performance.now()
    try {
      const messages = await checkIntegrity(path, isQuick)
      const result = { ok: messages.length === 0, messages, durationMs: performance.now() - startedAt }
      this.#lastChecks.set(database, { ...result, at: this.#deps.clock.now(), quick: isQuick })
      if (database === 'weir') this.#tellDamage(messages[0])
      return result
    } finally {
      this.#isChecking = false
    }
  }

  /** The quick check of a weir.db that was too large for one before the start. */
  async checkAfterStart(limitOctets: number): Promise<void> {
    const { size } = await stat(this.#pathOf('weir'))
    if (size > limitOctets) await this.checkIntegrity('weir', true)
  }

  /** Health says so, until a check finds nothing. */
  #tellDamage(message: string | undefined): void {
    const { faults } = this.#deps
    for (const fault of faults) if (fault.startsWith(DAMAGED)) faults.delete(fault)
    if (message !== undefined) faults.add(`${DAMAGED} (${message}): put a backup in its place`)
  }

  /**
   * A consistent copy of weir.db, made in the data folder.
   * @returns the open copy, which has no name any more: it is gone when it is closed, or when the process ends
   */
  async backUp(): Promise<FileHandle> {
    await this.removeLeftBackups()
    const path = join(this.#deps.dataDir, `${BACKUP_PREFIX}${process.pid}-${++this.#backupNumber}.db`)
    await this.#deps.database.backup(path, { progress: () => BACKUP_PAGES_PER_TURN })
    const file = await open(path)
    await rm(path)
    return file
  }

  /** Copies of processes that were killed while they copied. */
  async removeLeftBackups(): Promise<void> {
    const own = `${BACKUP_PREFIX}${process.pid}-`
    for (const name of await readdir(this.#deps.dataDir))
      if (name.startsWith(BACKUP_PREFIX) && !name.startsWith(own))
        await rm(join(this.#deps.dataDir, name), { force: true })
  }

  async #checkpointLog(mode: Mode): Promise<CheckpointResult> {
    const reply = await this.#deps.resolver.checkpointLog(mode)
    if (!reply.ok) throw resolverProblem(reply.error, 'mode')
    return reply.value
  }

  #pathOf(database: DatabaseName): string {
    return database === 'weir' ? join(this.#deps.dataDir, 'weir.db') : this.#deps.log.path
  }

  #weirFile(): File {
    const path = this.#pathOf('weir')
    const facts = readFacts(path, this.#deps.database)
    return {
      database: 'weir',
      path,
      state: this.#lastChecks.get('weir')?.ok === false ? 'broken' : 'ok',
      ...facts,
      ...this.#records('weir'),
    }
  }

  #logFile(): File {
    const path = this.#pathOf('log')
    const facts = this.#deps.log.read((database) => readFacts(path, database))
    return {
      database: 'log',
      path,
      state: facts ? 'ok' : existsSync(path) ? 'broken' : 'missing',
      ...(facts ?? missingFacts(path)),
      ...this.#records('log'),
    }
  }

  #records(name: DatabaseName): Pick<File, 'lastCheckpoint' | 'lastCheck'> {
    return { lastCheckpoint: this.#lastCheckpoint(name), lastCheck: this.#lastChecks.get(name) ?? null }
  }

  #lastCheckpoint(name: DatabaseName): File['lastCheckpoint'] {
    const record = this.#checkpoints.last(name)
    if (!record) return null
    const { database: _database, ...rest } = record
    return rest
  }
}
