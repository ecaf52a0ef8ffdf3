/**
 * Import of any lines of the rule language. A short one is one transaction. A long one is parsed in a thread and stored
 * slice by slice, each slice a transaction of a few milliseconds, so that the API goes on answering; its change row grows
 * with it, and one undo takes all of it back. A process that is killed meanwhile has stored the slices until then: the
 * same import again stores the rest.
 */

import { MAX_REJECTED_LISTED, type RejectedLine } from '@weir/shared/contract/rejected-lines'
import type { ImportRequest, ImportResult } from '@weir/shared/contract/rule-requests'
import type { ImportEvent } from '@weir/shared/contract/stats'
import type { z } from 'zod'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { isShort, parseApart } from './import-thread.ts'
import { type ParsedBatch, type ParsedRule, rejectedLine } from './parse-import.ts'
import type { RuleService } from './service.ts'

type Request = z.infer<typeof ImportRequest>
export type ImportCounts = Omit<z.infer<typeof ImportResult>, 'revision' | 'applied'>

/** Rules of one slice: about 10 ms of SQLite's time. */
const RULES_PER_SLICE = 500
/** Long imports that wait for the one that runs: each holds its text. */
const MAX_WAITING = 4
/** Between two events of progress. */
const PROGRESS_MS = 200

/** What an import has done so far. */
interface Tally {
  added: number
  duplicates: number
  ignored: number
  rejectedCount: number
  readonly rejected: RejectedLine[]
  /** Runs of ids that were added: another's new rule may come between two slices. */
  readonly ranges: [first: number, last: number][]
  changeId: number | undefined
  revision: number | undefined
}

export class RuleImporter {
  readonly #deps: AppDeps
  readonly #rules: RuleService
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(deps: AppDeps, rules: RuleService) {
    this.#deps = deps
    this.#rules = rules
  }

  /**
   * @param signal ends a dry run; what is being stored is stored to its end
   * @returns the revision only when something was stored
   * @throws ProblemError `invalid-field` for unknown groups, `too-many-requests` when too many wait
   */
  async import(
    author: ChangeAuthor,
    request: Request,
    signal: AbortSignal,
  ): Promise<{ counts: ImportCounts; revision: number | undefined }> {
    const unknown = this.#rules.repository.unknownGroups(request.groups ?? [])
    if (unknown.length > 0) throw invalidField('groups', `there is no group ${unknown[0]}`)
    const run = () => this.#run(author, request, signal)
    return isShort(request) ? run() : this.#inTurn(request, run)
  }

  /** Tells that the resolver is taking up what was stored. */
  tellApplying({ progressKey }: Request): void {
    this.#tell(progressKey, { phase: 'applying', linesDone: 0, linesTotal: 0 })
  }

  async #inTurn<T>({ progressKey }: Request, run: () => Promise<T>): Promise<T> {
    if (this.#waiting >= MAX_WAITING)
      throw new ProblemError('too-many-requests', {
        detail: `${MAX_WAITING} imports are waiting already`,
        headers: { 'retry-after': '10' },
      })
    this.#waiting++
    this.#tell(progressKey, { phase: 'waiting', linesDone: 0, linesTotal: 0 })
    const turn = this.#last.then(() => {
      this.#waiting--
      return run()
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  async #run(author: ChangeAuthor, request: Request, signal: AbortSignal) {
    const tally = newTally()
    const seen = new Set<string>()
    const untilWhen = request.dryRun ? signal : new AbortController().signal
    const tell = this.#throttled(request)
    for await (const batch of parseApart(request, RULES_PER_SLICE, untilWhen)) {
      if (request.dryRun) this.#count(batch, tally, seen)
      else this.#store(author, batch, tally)
      note(batch, tally)
      tell(batch)
    }
    if (tally.changeId !== undefined) this.#deps.config.announceAgain(tally.changeId)
    const { added, duplicates, ignored, rejectedCount, rejected, revision } = tally
    rejected.sort((a, b) => a.line - b.line)
    return { counts: { added, duplicates, ignored, rejectedCount, rejected }, revision }
  }

  /** What storing would do, without the loops that only storing finds. */
  #count({ rules }: ParsedBatch, tally: Tally, seen: Set<string>): void {
    for (const { columns } of rules) {
      const isNew = !seen.has(columns.identity) && this.#rules.repository.findIdentity(columns.identity) === undefined
      seen.add(columns.identity)
      if (isNew) tally.added++
      else tally.duplicates++
    }
  }

  #store(author: ChangeAuthor, batch: ParsedBatch, tally: Tally): void {
    if (batch.rules.length === 0) return
    const before = tally.added
    const { revision, changeId } = this.#deps.config.transaction(author, (transaction) => {
      for (const parsed of batch.rules) this.#storeOne(transaction, author, parsed, tally)
      if (tally.added > before) recordImport(transaction, tally)
    })
    tally.changeId ??= changeId
    if (tally.added > before) tally.revision = revision
  }

  #storeOne(transaction: ConfigTransaction, author: ChangeAuthor, { columns, alias }: ParsedRule, tally: Tally): void {
    const loop = alias && this.#rules.findLoop(alias.rule)
    if (loop) {
      tally.rejectedCount++
      if (tally.rejected.length < MAX_REJECTED_LISTED)
        tally.rejected.push(rejectedLine(alias.line, alias.text, `makes a loop: ${loop.join(' → ')}`))
      return
    }
    const saved = { at: this.#deps.clock.now(), revision: transaction.revision }
    const id = this.#rules.repository.insertColumns(columns, saved, author.name)
    if (id === undefined) {
      tally.duplicates++
      return
    }
    tally.added++
    const range = tally.ranges.at(-1)
    if (range?.[1] === id - 1) range[1] = id
    else tally.ranges.push([id, id])
  }

  #throttled({ progressKey, dryRun }: Request): (batch: ParsedBatch) => void {
    let toldAt = Number.NEGATIVE_INFINITY
    return ({ linesDone, linesTotal }) => {
      const now = this.#deps.clock.monotonic()
      if (now - toldAt < PROGRESS_MS) return
      toldAt = now
      this.#tell(progressKey, { phase: dryRun ? 'checking' : 'storing', linesDone, linesTotal })
    }
  }

  #tell(key: string | undefined, progress: Omit<ImportEvent, 'key'>): void {
    if (key !== undefined) this.#deps.events.publish('import', { key, ...progress } satisfies ImportEvent)
  }
}

const newTally = (): Tally => ({
  added: 0,
  duplicates: 0,
  ignored: 0,
  rejectedCount: 0,
  rejected: [],
  ranges: [],
  changeId: undefined,
  revision: undefined,
})

function note({ ignored, rejected, rejectedCount }: ParsedBatch, tally: Tally): void {
  tally.ignored += ignored
  tally.rejectedCount += rejectedCount
  tally.rejected.push(...rejected.slice(0, MAX_REJECTED_LISTED - tally.rejected.length))
}

/** The first slice makes the change row, the others let it grow. */
function recordImport(transaction: ConfigTransaction, { added, ranges, changeId }: Tally): void {
  const [first, last] = [ranges[0]![0], ranges.at(-1)![1]]
  const change = {
    entityId: first === last ? first : `${first}-${last}`,
    summary: added === 1 ? '1 rule imported' : `${added} rules imported`,
    after: { added, ranges },
  }
  if (changeId === undefined) transaction.record({ entity: 'rule', operation: 'import', ...change })
  else transaction.amend(changeId, change)
}
