/** Changes of schedules: names are unique, one that is used stays. */
import { MAX_SCHEDULES, type Schedule, type ScheduleInput, type SchedulePatch } from '@weir/shared/contract/schedules'
import { checkSchedule } from '@weir/shared/schedules/check-schedule'
import { CompiledSchedule } from '@weir/shared/schedules/compiled-schedule'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { givenFields } from '../../given-fields.ts'
import { ProblemError } from '../../problem-error.ts'
import { type ScheduleFields, ScheduleRepository, type ScheduleRow } from './repository.ts'

export class ScheduleService {
  readonly #repository: ScheduleRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.#repository = new ScheduleRepository(deps.database)
  }

  all(): Schedule[] {
    return this.#repository.all().map((row) => this.view(row))
  }

  /** @throws ProblemError `not-found` */
  get(id: number): ScheduleRow {
    const schedule = this.#repository.find(id)
    if (!schedule) throw new ProblemError('not-found', { detail: `there is no schedule ${id}` })
    return schedule
  }

  /** With what it says at this moment. */
  view({ revision: version, ...row }: ScheduleRow): Schedule {
    const now = this.#deps.clock.now()
    const compiled = new CompiledSchedule(row.timeZone, row.windows)
    return { ...row, version, isActive: compiled.holdsAt(now), nextChangeAt: compiled.nextChange(now) }
  }

  create(author: ChangeAuthor, { comment = '', ...input }: ScheduleInput): { row: ScheduleRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      if (this.#repository.count() >= MAX_SCHEDULES)
        throw new ProblemError('conflict', { detail: `there are ${MAX_SCHEDULES} schedules already` })
      return this.add(transaction, { ...input, comment })
    })
    return { row: value, revision }
  }

  patch(
    author: ChangeAuthor,
    id: number,
    patch: SchedulePatch,
    checkVersion: (revision: number) => void,
  ): { row: ScheduleRow; revision: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const before = this.get(id)
      checkVersion(before.revision)
      return this.change(transaction, before, { ...before, ...givenFields(patch) })
    })
    return { row: value, revision }
  }

  delete(author: ChangeAuthor, id: number, checkVersion: (revision: number) => void): number {
    return this.#deps.config.transaction(author, (transaction) => {
      checkVersion(this.get(id).revision)
      this.remove(transaction, id)
    }).revision
  }

  /** @param id of one that was deleted; null: a new one */
  add(transaction: ConfigTransaction, fields: ScheduleFields, id: number | null = null): ScheduleRow {
    this.#check(fields)
    const after = this.get(this.#repository.insert(id, fields, transaction.revision))
    transaction.record({
      entity: 'schedule',
      entityId: after.id,
      operation: 'create',
      summary: summaryOf(after),
      after,
    })
    return after
  }

  change(transaction: ConfigTransaction, before: ScheduleRow, fields: ScheduleFields): ScheduleRow {
    const { id } = before
    this.#check(fields, id)
    this.#repository.update(id, fields, transaction.revision)
    const after = this.get(id)
    transaction.record({
      entity: 'schedule',
      entityId: id,
      operation: 'update',
      summary: summaryOf(after),
      before,
      after,
    })
    return after
  }

  remove(transaction: ConfigTransaction, id: number): void {
    const before = this.get(id)
    const users = usersOf(before, this.#repository.rulesOf(id, MAX_NAMED_RULES))
    if (users.length > 0)
      throw new ProblemError('conflict', {
        detail: `${summaryOf(before)} is used by ${users.join(', ')}: change them first`,
      })
    this.#repository.delete(id)
    transaction.record({ entity: 'schedule', entityId: id, operation: 'delete', summary: summaryOf(before), before })
  }

  #check(fields: ScheduleFields, id?: number): void {
    const errors = checkSchedule(fields)
    if (errors[0])
      throw new ProblemError('invalid-field', { detail: `${errors[0].field}: ${errors[0].message}`, errors })
    const existingId = this.#repository.findName(fields.name)
    if (existingId !== undefined && existingId !== id)
      throw new ProblemError('conflict', { detail: `there is a schedule ${fields.name} already`, existingId })
  }
}

const summaryOf = ({ name }: ScheduleFields): string => `schedule ${name}`

const USER_WORDS = { list: 'list', service: 'service', 'safe-search': 'safe search of', group: 'group' } as const

/** Of rules that hold by a schedule, so many are named. */
const MAX_NAMED_RULES = 5

/** What holds by it, in words. @param named patterns of the first rules */
const usersOf = ({ rules, usedBy }: ScheduleRow, named: readonly string[]): string[] => [
  ...named.map((pattern) => `rule ${pattern}`),
  ...(rules > named.length ? [`${rules - named.length} more rules`] : []),
  ...usedBy.map(({ kind, name }) => `${USER_WORDS[kind]} ${name}`),
]
