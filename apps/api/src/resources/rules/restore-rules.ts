/** How changes of own rules are undone: a deleted rule comes back under its id, an edited one as it was. */
import { type Rule, RuleInput } from '@weir/shared/contract/rules'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, StoredChange, UndoContext } from '../../undo.ts'
import { ImportRestorer, importOf } from './restore-imports.ts'
import type { RuleService } from './service.ts'

export class RuleRestorer implements Restorer {
  readonly role = 'operator'
  readonly #deps: AppDeps
  readonly #rules: RuleService
  readonly parts: ImportRestorer

  constructor(deps: AppDeps, rules: RuleService) {
    this.#deps = deps
    this.#rules = rules
    this.parts = new ImportRestorer(deps, rules.repository)
  }

  refusal(change: StoredChange): string | undefined {
    const isImport = importOf(change) !== undefined || (change.before === null && change.after === null)
    return isImport ? this.parts.refusal(change) : undefined
  }

  restore(transaction: ConfigTransaction, author: ChangeAuthor, change: StoredChange, context: UndoContext): void {
    if (importOf(change) !== undefined) return this.parts.restore(transaction, author, change, context)
    if (change.operation === 'create') this.#rules.remove(transaction, this.#rules.get(Number(change.entityId)))
    else if (change.operation === 'delete') this.#putBack(transaction, change.before as Rule)
    else this.#turnBack(transaction, change.before as Rule)
  }

  /** Once for all of an act: it looks through what was deleted. */
  settled(): void {
    this.#deps.database.transaction(() => this.#rules.repository.pruneDeleted())()
  }

  #putBack(transaction: ConfigTransaction, before: Rule): void {
    const rule = this.#checked(before)
    this.#rules.repository.putBack(before, {
      rule,
      at: this.#deps.clock.now(),
      revision: transaction.revision,
    })
    const after = this.#rules.read(before.id)
    transaction.record({
      entity: 'rule',
      entityId: before.id,
      operation: 'create',
      summary: this.#rules.titleOf(rule),
      after,
    })
  }

  #turnBack(transaction: ConfigTransaction, before: Rule): void {
    this.#rules.update(transaction, this.#rules.get(before.id), this.#checked(before))
  }

  /** The rule as it was, when nothing stands against it now. */
  #checked(before: Rule): CheckedRule {
    const rule = this.#rules.check(inputOfRule(before))
    this.#rules.refuseLoop(rule)
    const other = this.#rules.repository.findIdentity(ruleIdentity(rule))
    if (other !== undefined && other !== before.id)
      throw new ProblemError('conflict', { detail: `rule ${other} says the same as rule ${before.id} did` })
    return rule
  }
}

/** What a stored rule was made from: the fields of its action, without those that only rows have. */
function inputOfRule(rule: Rule): RuleInput {
  const {
    id: _id,
    version: _version,
    owner: _owner,
    createdAt: _c,
    updatedAt: _u,
    text: _text,
    ttlSeconds,
    ...input
  } = rule
  return RuleInput.parse(ttlSeconds === null ? input : { ...input, ttlSeconds })
}
