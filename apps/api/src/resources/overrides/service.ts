/** Starts and ends timed overrides. They end by their own time in the resolver: no transaction is needed then. */
import { clientKind, parseClientIdentifier } from '@weir/shared/clients/client-identifier'
import { MAX_OVERRIDE_MINUTES, MAX_OVERRIDES, type Override, type OverrideInput } from '@weir/shared/contract/overrides'
import { parseDomainName } from '@weir/shared/dns/domain-name'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField, ProblemError } from '../../problem-error.ts'
import { type NewOverride, OverrideRepository } from './repository.ts'

const MS_PER_MINUTE = 60_000

export class OverrideService {
  readonly #repository: OverrideRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.#repository = new OverrideRepository(deps.database)
  }

  active(): Override[] {
    return this.#repository.active(this.#deps.clock.now())
  }

  /** @throws ProblemError `invalid-field`, `conflict` when too many hold */
  start(author: ChangeAuthor, input: OverrideInput): { override: Override; revision: number } {
    const now = this.#deps.clock.now()
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const wanted = this.#check(author, input, now)
      this.#repository.deleteEnded(now)
      if (this.#repository.active(now).length >= MAX_OVERRIDES)
        throw new ProblemError('conflict', { detail: `${MAX_OVERRIDES} overrides hold already: end one first` })
      const id = this.#repository.insert(wanted)
      const after = this.#get(id, now)
      transaction.record({ entity: 'override', entityId: id, operation: 'create', summary: summaryOf(after), after })
      return after
    })
    return { override: value, revision }
  }

  /** @throws ProblemError `not-found`, also when it has ended by itself */
  end(author: ChangeAuthor, id: number): number {
    return this.#deps.config.transaction(author, (transaction) => this.remove(transaction, id)).revision
  }

  /** @throws ProblemError `not-found` */
  remove(transaction: ConfigTransaction, id: number): void {
    const before = this.#get(id, this.#deps.clock.now())
    this.#repository.delete(id)
    transaction.record({ entity: 'override', entityId: id, operation: 'delete', summary: summaryOf(before), before })
  }

  /**
   * One that was ended early, for the time that is left.
   * @param endedAt when it was ended. @throws ProblemError `conflict`
   */
  putBack(transaction: ConfigTransaction, ended: EndedOverride, endedAt: number): void {
    const now = this.#deps.clock.now()
    const override = movedAlong(ended, endedAt, now)
    if (override.endsAt <= now) throw new ProblemError('conflict', { detail: 'it would have ended by now' })
    if (override.groupId !== null && !this.#repository.hasGroup(override.groupId))
      throw new ProblemError('conflict', { detail: `its group ${override.groupName} is gone` })
    this.#repository.insert(override)
    const { id } = override
    const after = this.#get(id, now)
    transaction.record({ entity: 'override', entityId: id, operation: 'create', summary: summaryOf(after), after })
  }

  #get(id: number, now: number): Override {
    const override = this.#repository.find(id, now)
    if (!override) throw new ProblemError('not-found', { detail: `there is no override ${id}, or it has ended` })
    return override
  }

  #check(author: ChangeAuthor, input: OverrideInput, now: number): NewOverride {
    const { kind, client, groupId, comment = '' } = input
    if (client !== undefined && groupId !== undefined)
      throw invalidField('groupId', 'is for a group or for a client, not for both')
    if (groupId !== undefined && !this.#repository.hasGroup(groupId))
      throw invalidField('groupId', `there is no group ${groupId}`)
    return {
      kind,
      name: checkName(input),
      client: client === undefined ? null : checkClient(client),
      groupId: groupId ?? null,
      createdAt: now,
      endsAt: checkEnd(input, now),
      minutes: input.minutes ?? null,
      createdBy: author.name,
      comment: comment.trim(),
    }
  }
}

/** As a change row keeps it; those of before `minutes` was kept lack it. */
export type EndedOverride = Omit<Override, 'minutes'> & Partial<Pick<Override, 'minutes'>>

/** The clock was set back since it was ended: one for some minutes holds for no longer than it had left then. */
function movedAlong(ended: EndedOverride, endedAt: number, now: number): Override {
  const override = { ...ended, minutes: ended.minutes ?? null }
  const backMs = override.minutes === null ? 0 : Math.max(0, endedAt - now)
  return { ...override, createdAt: override.createdAt - backMs, endsAt: override.endsAt - backMs }
}

function checkName({ kind, name }: OverrideInput): string | null {
  const needsName = kind === 'allow' || kind === 'block'
  if (!needsName && name !== undefined) throw invalidField('name', `is not for '${kind}', which holds for all names`)
  if (!needsName) return null
  if (name === undefined) throw invalidField('name', `is needed for '${kind}'`)
  const parsed = parseDomainName(name.trim())
  if (!parsed.ok) throw invalidField('name', parsed.error)
  if (parsed.value === '') throw invalidField('name', `is the root: use '${kind === 'allow' ? 'pause' : 'offline'}'`)
  return parsed.value
}

function checkClient(text: string): string {
  const identifier = parseClientIdentifier(text)
  if (!identifier.ok) throw invalidField('client', identifier.error)
  if (clientKind(identifier.value) === 'reverse-name')
    throw invalidField('client', 'is an address, a prefix or a client id such as id:tablet: names may move meanwhile')
  return identifier.value
}

function checkEnd({ minutes, until }: OverrideInput, now: number): number {
  if ((minutes === undefined) === (until === undefined))
    throw invalidField('minutes', 'give minutes or until, one of the two')
  if (minutes !== undefined) return now + minutes * MS_PER_MINUTE
  if (until! <= now) throw invalidField('until', `is in the past: ${isoOf(until!)}, and it is ${isoOf(now)}`)
  if (until! > now + MAX_OVERRIDE_MINUTES * MS_PER_MINUTE)
    throw invalidField('until', 'is more than a year away: make a rule instead')
  return until!
}

const isoOf = (ms: number): string => new Date(ms).toISOString()

const VERBS = { pause: 'pause filtering', allow: 'allow', block: 'block', offline: 'block the internet' } as const

const summaryOf = ({ kind, name, client, groupName }: Override): string =>
  [VERBS[kind], name, 'for', client ?? groupName ?? 'everyone'].filter((part) => part !== null).join(' ')
