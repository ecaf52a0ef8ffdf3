/** What happens to own rules: each change one transaction, one revision, one change row per rule. */
import { type Rule, RuleInput, type RulePatch } from '@weir/shared/contract/rules'
import { aliasOf, findAliasLoop } from '@weir/shared/rules/alias-loop'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import { ruleTitle } from '@weir/shared/rules/rule-title'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { fieldFaults } from '../../plugins/validation.ts'
import { type FieldFault, invalidField, ProblemError } from '../../problem-error.ts'
import { RuleRepository } from './repository.ts'
import { checkedRuleOf, inputOf, type RuleRow, ruleOf } from './rule-row.ts'

/** Fields that belong to one action: they do not follow a rule that becomes another action. */
const ACTION_FIELDS = [
  ...['answer', 'servers', 'ipv4', 'ipv6', 'target', 'badfilter'],
  ...['exceptRewrite', 'tcpOnly', 'yields', 'records', 'rcode', 'overridesBlock'],
]

export interface SavedRule {
  readonly rule: Rule
  readonly revision: number
}

export class RuleService {
  readonly repository: RuleRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.repository = new RuleRepository(deps.database)
  }

  /** @throws ProblemError `not-found` */
  get(id: number): RuleRow {
    const row = this.repository.find(id)
    if (!row) throw new ProblemError('not-found', { detail: `there is no rule ${id}` })
    return row
  }

  /** @throws ProblemError `not-found` */
  read(id: number): Rule {
    return ruleOf(this.get(id))
  }

  /** Canonical form of an input, with everything checked that needs the database. */
  check(input: RuleInput): CheckedRule {
    const checked = checkRule(input)
    if (!checked.ok) throw invalidRule(checked.error)
    const unknown = this.repository.unknownGroups(checked.value.groups)
    if (unknown.length > 0) {
      const at = (input.groups ?? []).indexOf(unknown[0]!)
      throw invalidField(`groups[${at}]`, `there is no group ${unknown[0]}`)
    }
    const { schedule } = checked.value
    if (schedule !== undefined && !this.repository.hasSchedule(schedule))
      throw invalidField('schedule', `there is no schedule ${schedule}`)
    return checked.value
  }

  create(author: ChangeAuthor, input: RuleInput): SavedRule {
    const rule = this.check(input)
    const { revision, value } = this.#deps.config.transaction(author, (transaction) =>
      this.add(transaction, author, rule),
    )
    return { rule: value, revision }
  }

  /** Inside a transaction; all checks done but for loops and equal rules. */
  add(transaction: ConfigTransaction, author: ChangeAuthor, rule: CheckedRule): Rule {
    this.refuseLoop(rule)
    const saved = { rule, at: this.#deps.clock.now(), revision: transaction.revision }
    const id = this.repository.insert(saved, author.name)
    if (id === undefined) throw this.#duplicate(this.repository.findIdentity(ruleIdentity(rule)))
    const after = ruleOf(this.get(id))
    transaction.record({ entity: 'rule', entityId: id, operation: 'create', summary: this.titleOf(rule), after })
    return after
  }

  /** @param checkVersion throws when the row is not the one that the client has read */
  patch(author: ChangeAuthor, id: number, patch: RulePatch, checkVersion: (revision: number) => void): SavedRule {
    const { revision, value } = this.#deps.config.transaction(author, (transaction) => {
      const row = this.get(id)
      checkVersion(row.revision)
      const rule = this.check(mergedInput(checkedRuleOf(row), patch))
      if (rule.enabled) this.refuseLoop(rule)
      const other = this.repository.findIdentity(ruleIdentity(rule))
      if (other !== undefined && other !== id) throw this.#duplicate(other)
      return this.update(transaction, row, rule)
    })
    return { rule: value, revision }
  }

  delete(author: ChangeAuthor, id: number, checkVersion: (revision: number) => void): number {
    const { revision } = this.#deps.config.transaction(author, (transaction) => {
      const row = this.get(id)
      checkVersion(row.revision)
      this.remove(transaction, row)
      this.repository.pruneDeleted()
    })
    return revision
  }

  /** Ids that do not exist are left out. @returns how many rules changed */
  bulk(author: ChangeAuthor, ids: readonly number[], operation: 'enable' | 'disable' | 'delete') {
    return this.#deps.config.transaction(author, (transaction) => {
      let changed = 0
      for (const id of new Set(ids)) {
        const row = this.repository.find(id)
        if (row && this.#applyBulk(transaction, row, operation)) changed++
      }
      if (operation === 'delete') this.repository.pruneDeleted()
      return changed
    })
  }

  /** @throws ProblemError `invalid-field` that names the loop */
  refuseLoop(rule: CheckedRule): void {
    const way = this.findLoop(rule)
    if (way) throw invalidField('target', `makes a loop: ${way.join(' → ')}`)
  }

  findLoop(rule: CheckedRule): string[] | undefined {
    const alias = rule.enabled ? aliasOf(rule) : undefined
    if (alias === undefined) return undefined
    return findAliasLoop(alias, (names) =>
      this.repository.aliasesOf(names).flatMap((row) => aliasOf(checkedRuleOf(row)) ?? []),
    )
  }

  #applyBulk(transaction: ConfigTransaction, row: RuleRow, operation: 'enable' | 'disable' | 'delete'): boolean {
    if (operation === 'delete') {
      this.remove(transaction, row)
      return true
    }
    const enabled = operation === 'enable'
    if ((row.enabled === 1) === enabled) return false
    const rule = { ...checkedRuleOf(row), enabled }
    this.refuseLoop(rule)
    this.update(transaction, row, rule)
    return true
  }

  /** Stores `rule` in place of `row` and records it. Inside a transaction, all checks done. */
  update(transaction: ConfigTransaction, row: RuleRow, rule: CheckedRule): Rule {
    const before = ruleOf(row)
    this.repository.update(row.id, { rule, at: this.#deps.clock.now(), revision: transaction.revision })
    const after = ruleOf(this.get(row.id))
    transaction.record({
      entity: 'rule',
      entityId: row.id,
      operation: 'update',
      summary: this.titleOf(rule),
      before,
      after,
    })
    return after
  }

  /** Inside a transaction; call `repository.pruneDeleted` once after the last one. */
  remove(transaction: ConfigTransaction, row: RuleRow): void {
    this.repository.delete(row.id, transaction.revision)
    const before = ruleOf(row)
    transaction.record({
      entity: 'rule',
      entityId: row.id,
      operation: 'delete',
      summary: this.titleOf(checkedRuleOf(row)),
      before,
    })
  }

  /** As the history names it. */
  titleOf(rule: CheckedRule): string {
    return ruleTitle(rule, this.repository.names)
  }

  #duplicate(id: number | undefined): ProblemError {
    return new ProblemError('conflict', {
      detail: `rule ${id} already says this`,
      ...(id === undefined ? {} : { existingId: id }),
    })
  }
}

const invalidRule = (errors: readonly FieldFault[]): ProblemError =>
  new ProblemError('invalid-field', {
    detail: errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    errors,
  })

/** The stored rule with the patch laid over it, as an input that must be valid as a whole. */
function mergedInput(current: CheckedRule, patch: RulePatch): RuleInput {
  const candidate = inputOf(current)
  const isOther =
    (patch.action !== undefined && patch.action !== current.action) ||
    (patch.match !== undefined && (patch.match === 'address') !== (current.match === 'address'))
  if (isOther) for (const field of ACTION_FIELDS) delete candidate[field]
  for (const [field, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null && field !== 'expiresAt') delete candidate[field]
    else candidate[field] = value
  }
  const parsed = RuleInput.safeParse(candidate)
  if (!parsed.success) throw invalidRule(fieldFaults(parsed.error.issues))
  return parsed.data
}
