/**
 * From a file of list text to a whole version in the database: parse → sort → chunks, and the difference to the version
 * before. Runs in the import thread; memory is the names' octets and five more each, nothing else grows with the list.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { ListFinding } from '@weir/shared/contract/list-guard'
import type { ListProgress } from '@weir/shared/contract/lists'
import { MAX_REJECTED_LISTED, type RejectedLine } from '@weir/shared/contract/rejected-lines'
import type { Database } from '@weir/shared/db/open-database'
import { walkDifference } from '@weir/shared/lists/diff-names'
import { ListParser, type ListSink, type ListSummary } from '@weir/shared/lists/list-parser'
import { ChunkCursor, encodeNameChunks } from '@weir/shared/lists/name-chunk'
import { NAME_CLASS_COUNT, type NameClass } from '@weir/shared/lists/name-class'
import { type CollectedNames, NameCollector } from '@weir/shared/lists/name-collector'
import { fail, ok, type Result } from '@weir/shared/result'
import { namesOfVersion } from '../../version-chunks.ts'
import type { ContentFault } from './content-fault.ts'
import { ContentGuard } from './content-guard.ts'
import type { StoreJob } from './import-job.ts'
import { ListAliases } from './list-aliases.ts'
import { sweepVersions } from './sweep-versions.ts'
import { VersionWriter } from './version-writer.ts'

const PIECE_OCTETS = 256 * 1024
/** Each is held by the resolver as a rule of its own; real lists have some hundred. */
const MAX_COMPLEX_RULES = 200_000
/** Regular expressions among them: ordinary lists have some hundred, and each may have to be tried on a name. */
const MAX_PATTERNS = 20_000
/** Messages to the main thread; it passes on four events a second. */
const PROGRESS_INTERVAL_MS = 200
/** SQLite's codes for a disk that is full or broken. */
const DISK_CODES = /^SQLITE_(?:FULL|IOERR)/

/** A version that is whole in the database, and what the guard has found in it. */
export interface StoredVersion {
  readonly versionId: number
  readonly findings: readonly ListFinding[]
}

export type OnProgress = (progress: ListProgress) => void

/** No list refers to the stored version yet. On a fault nothing of it is left. */
export function storeVersion(
  database: Database,
  job: StoreJob,
  onProgress: OnProgress = () => {},
): Result<StoredVersion, ContentFault> {
  const store = new VersionStore(database, job, onProgress)
  try {
    const fault = store.run()
    if (fault === undefined) return ok({ versionId: store.versionId, findings: store.findings })
    sweepVersions(database, Number.MAX_SAFE_INTEGER)
    return fail(fault)
  } catch (cause) {
    if (!DISK_CODES.test((cause as { code?: string }).code ?? '')) throw cause
    return fail({ code: 'disk', detail: 'does not fit on the disk of the data folder' })
  }
}

class VersionStore implements ListSink {
  readonly #database: Database
  readonly #job: StoreJob
  readonly #onProgress: OnProgress
  readonly #writer: VersionWriter
  readonly #collector = new NameCollector()
  readonly #guard: ContentGuard | null
  findings: readonly ListFinding[] = []
  readonly #rejected: RejectedLine[] = []
  #rejectedCount = 0
  #ignored = 0
  #complexRules = 0
  #patterns = 0
  #reportedAt = Number.NEGATIVE_INFINITY
  #octets = 0
  #lines = 0

  constructor(database: Database, job: StoreJob, onProgress: OnProgress) {
    this.#database = database
    this.#job = job
    this.#onProgress = onProgress
    this.#writer = new VersionWriter(database, job)
    this.#guard = job.guard && new ContentGuard(job.guard)
  }

  /** Those of the lines so far. */
  readonly #aliases = new ListAliases()

  get versionId(): number {
    return this.#writer.id
  }

  /** @returns why the content is not taken, if it is not */
  run(): ContentFault | undefined {
    const parsed = this.#parse()
    if (!parsed.ok) return { code: 'not-a-list', detail: `is not a list: ${parsed.error}` }
    this.#report('sorting', 0)
    const collected = this.#collector.finish((share) => this.#report('sorting', share))
    const names = collected.reduce((sum, { count }) => sum + count, 0)
    if (names + this.#complexRules === 0) return this.#nothingUsable()
    const entries = names + this.#complexRules
    this.findings = this.#guard?.finish(collected, { entries, rejected: this.#rejectedCount }) ?? []
    this.#storeNames(collected, names)
    const difference = this.#difference(collected, names)
    this.#writer.finish(
      {
        format: parsed.value.format,
        names,
        complexRules: this.#complexRules,
        ...difference,
        duplicates: collected.reduce((sum, { duplicates }) => sum + duplicates, 0),
        ignored: this.#ignored,
        rejectedCount: this.#rejectedCount,
      },
      this.#rejected,
    )
    return undefined
  }

  name(nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void {
    this.#collector.add(nameClass, octets, offset, length)
  }

  rule(line: number, text: string, rule: Parameters<ListSink['rule']>[2]): void {
    if (rule.match === 'regex' && this.#patterns++ >= MAX_PATTERNS)
      return this.rejected(line, text, `the list has more than ${MAX_PATTERNS} regular expressions`)
    if (this.#complexRules >= MAX_COMPLEX_RULES)
      return this.rejected(line, text, `the list has more than ${MAX_COMPLEX_RULES} lines that are not plain names`)
    const loop = this.#aliases.loopOf(rule)
    if (loop !== undefined) return this.rejected(line, text, `makes a loop: ${loop.join(' → ')}`)
    this.#complexRules++
    this.#guard?.rule(text, rule)
    this.#writer.addRule({ line, text, rule: JSON.stringify(rule) })
  }

  rejected(line: number, text: string, reason: string): void {
    if (this.#rejectedCount++ < MAX_REJECTED_LISTED) this.#rejected.push({ line, text, reason })
  }

  ignored(): void {
    this.#ignored++
  }

  #parse(): Result<ListSummary, string> {
    const { contentPath, listKind, format, sizeOctets, mayAnswer } = this.#job
    const parser = new ListParser(listKind, format, this, mayAnswer)
    const piece = Buffer.allocUnsafe(PIECE_OCTETS)
    const file = openSync(contentPath, 'r')
    try {
      for (;;) {
        const octets = readSync(file, piece)
        if (octets === 0) return parser.finish()
        const pushed = parser.push(piece.subarray(0, octets))
        if (!pushed.ok) return pushed
        this.#octets += octets
        this.#lines = parser.lines
        this.#report('parsing', this.#octets / sizeOctets)
      }
    } finally {
      closeSync(file)
    }
  }

  #nothingUsable(): ContentFault {
    const first = this.#rejected[0]
    const detail =
      first !== undefined
        ? `has no line that can be used; line ${first.line}: ${first.reason}`
        : this.#ignored > 0
          ? `has ${this.#ignored} lines for browsers, and none for DNS`
          : 'is empty'
    return { code: 'nothing-usable', detail }
  }

  #storeNames(collected: readonly CollectedNames[], total: number): void {
    let stored = 0
    for (const names of collected) {
      let sequence = 0
      for (const chunk of encodeNameChunks(names.cursor())) {
        this.#writer.addChunk(names.nameClass, sequence++, chunk)
        stored += chunk.names
        this.#report('storing', stored / total)
      }
    }
    this.#writer.flush()
  }

  /** A name that moves from one class to another counts as removed and added. */
  #difference(collected: readonly CollectedNames[], total: number): { added: number; removed: number } {
    const { previousVersionId } = this.#job
    const sum = this.#writer.compareRules(previousVersionId)
    let compared = 0
    for (let nameClass = 0; nameClass < NAME_CLASS_COUNT; nameClass++) {
      const after = collected.find((names) => names.nameClass === nameClass)?.cursor() ?? new ChunkCursor([])
      const walk = walkDifference(namesOfVersion(this.#database, previousVersionId, nameClass), after)
      let step = walk.next()
      for (; !step.done; step = walk.next())
        this.#report('comparing', (compared + step.value.added + step.value.unchanged) / Math.max(1, total))
      const { added, removed, unchanged } = step.value
      compared += added + unchanged
      sum.added += added
      sum.removed += removed
    }
    return sum
  }

  #report(phase: ListProgress['phase'], share: number | null): void {
    const now = performance.now()
    if (now - this.#reportedAt < PROGRESS_INTERVAL_MS) return
    this.#reportedAt = now
    this.#onProgress({
      phase,
      share: share === null ? null : Math.min(1, share),
      octets: this.#octets,
      lines: this.#lines,
    })
  }
}
