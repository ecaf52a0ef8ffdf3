/** How changes of own rules are undone: a deleted rule comes back under its id, an edited one as it was. */
import { type Rule, RuleInput } from '@weir/shared/contract/rules'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { ProblemError } from '../../problem-error.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { RuleService } from './service.ts'

/** What an import leaves in its change row. */
interface ImportedRules {
  /** First and last id of each run of rules that it added. */
  readonly ranges: readonly (readonly [first: number, last: number])[]
}

export class RuleRestorer implements Restorer {
  readonly role = 'operator'
  readonly #deps: AppDeps
  readonly #rules: RuleService

  constructor(deps: AppDeps, rules: RuleService) {
    this.#deps = deps
    this.#rules = rules
  }

  refusal({ operation, before, after }: StoredChange): string | undefined {
    // The undo of an import holds no states: the lines of the import are the way back.
    if (operation !== 'import' && before === null && after === null) return 'import the lines again'
    return undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, change: StoredChange): void {
    if (change.operation === 'import') this.#takeOut(transaction, change)
    else if (change.operation === 'create') this.#rules.remove(transaction, this.#rules.get(Number(change.entityId)))
    else if (change.operation === 'delete') this.#putBack(transaction, change.before as Rule)
    else this.#turnBack(transaction, change.before as Rule)
    this.#rules.repository.pruneDeleted()
  }

  #putBack(transaction: ConfigTransaction, before: Rule): void {
    const rule = this.#checked(before)
    this.#rules.repository.putBack(before, {
      rule,
      at: this.#deps.clock.now(),
      revision: transaction.revision,
    })
    const after = this.#rules.read(before.id)
    transaction.record({ entity: 'rule', entityId: before.id, operation: 'create', summary: after.text, after })
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

  /** All rules of an import, unless one of them has been touched since. */
  #takeOut(transaction: ConfigTransaction, change: StoredChange): void {
    const { ranges } = change.after as ImportedRules
    let removed = 0
    for (const [first, last] of ranges) {
      const touched = this.#rules.repository.touchedSince(change.id, first, last)
      if (touched !== undefined)
        throw new ProblemError('conflict', { detail: `change ${touched.id} (${touched.summary}) builds on it` })
      removed += this.#rules.repository.deleteRange(first, last, transaction.revision)
    }
    transaction.record({
      entity: 'rule',
      entityId: change.entityId,
      operation: 'delete',
      summary: `${removed} imported rules`,
    })
  }
}

/** What a stored rule was made from: the fields of its action, without those that only rows have. */
function inputOfRule(rule: Rule): RuleInput {
  const { id: _id, owner: _owner, createdAt: _c, updatedAt: _u, text: _text, ttlSeconds, ...input } = rule
  return RuleInput.parse(ttlSeconds === null ? input : { ...input, ttlSeconds })
}
