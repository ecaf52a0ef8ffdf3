/** Own rules in the policy's text: lines of the rule language; what a line cannot say stands in fields beside it. */
import { RuleInput } from '@weir/shared/contract/rules'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { formatRule } from '@weir/shared/rules/format-rule'
import { parseRuleLines } from '@weir/shared/rules/parse-line'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import { fieldsOf, type NamesOfIds, type PolicyFields, type PolicyItem, type PolicySection } from '../../policy.ts'
import { invalidField } from '../../problem-error.ts'
import { checkedRuleOf, type RuleRow } from './rule-row.ts'
import type { RuleService } from './service.ts'

const ROWS_PER_SLICE = 2000
const FIELDS = new Set(['rule', 'groups', 'schedule', 'enabled', 'expires', 'comment'])

interface Scope {
  readonly groups?: unknown
  readonly schedule?: unknown
}

export class RuleSection implements PolicySection {
  readonly name = 'rules'
  readonly entity = 'rule'
  readonly role = 'operator'
  readonly isSorted = true
  readonly comment = 'Own rules, a line of the rule language each; with groups, a schedule or a comment beside it.'
  readonly #rules: RuleService
  readonly #names: NamesOfIds

  constructor(rules: RuleService, names: NamesOfIds) {
    this.#rules = rules
    this.#names = names
  }

  *read(): Generator<PolicyItem> {
    for (let lastId = 0; ; ) {
      const rows = this.#rules.repository.slice(lastId, ROWS_PER_SLICE)
      if (rows.length === 0) return
      for (const row of rows) yield this.#itemOf(row)
      lastId = rows.at(-1)!.id
    }
  }

  *accept(value: unknown): Generator<PolicyItem & { readonly line?: number }> {
    if (typeof value === 'string') return yield* acceptLines(value)
    const { rule, ...fields } = fieldsOf(value)
    if (typeof rule !== 'string') throw invalidField('rule', 'is missing: a line of the rule language')
    const unknown = Object.keys(fields).find((field) => !FIELDS.has(field))
    if (unknown !== undefined) throw invalidField(unknown, `is not known here: ${[...FIELDS].join(', ')}`)
    const groups = Array.isArray(fields.groups) ? [...new Set(fields.groups as string[])].sort() : fields.groups
    const scope = {
      ...(groups === undefined ? {} : { groups }),
      ...(fields.schedule === undefined ? {} : { schedule: fields.schedule }),
    }
    for (const item of acceptLines(rule, scope))
      yield { ...item, value: fileValue(item.value as string, { ...fields, ...scope }) }
  }

  create(transaction: ConfigTransaction, author: ChangeAuthor, item: PolicyItem): void {
    this.#rules.add(transaction, author, this.#checked(item))
  }

  update(transaction: ConfigTransaction, _author: ChangeAuthor, item: PolicyItem): void {
    const rule = this.#checked(item)
    const id = item.id ?? this.#rules.repository.findIdentity(ruleIdentity(rule))
    if (rule.enabled) this.#rules.refuseLoop(rule)
    this.#rules.update(transaction, this.#rules.get(id!), rule)
  }

  remove(transaction: ConfigTransaction, _author: ChangeAuthor, { id }: PolicyItem): void {
    this.#rules.remove(transaction, this.#rules.get(id!))
  }

  finish(): void {
    this.#rules.repository.pruneDeleted()
  }

  #itemOf(row: RuleRow): PolicyItem {
    const { groups, schedule, enabled, expiresAt, comment, ...rest } = checkedRuleOf(row)
    const bare = { ...rest, groups: [], enabled: true, expiresAt: null, comment: '' }
    const scope: Scope = this.#names.toFile({ groups, schedule })
    const fields = {
      ...scope,
      enabled,
      expires: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      comment,
    }
    return { key: keyOf(bare, scope), id: row.id, value: fileValue(formatRule(bare), fields) }
  }

  #checked({ value }: PolicyItem): CheckedRule {
    const fields: PolicyFields = typeof value === 'string' ? { rule: value } : value
    const [parsed] = rulesOf(String(fields.rule), 1)
    const { enabled = true, expires, comment = '' } = fields
    const scope: Scope = this.#names.fromFile({ groups: fields.groups ?? [], schedule: fields.schedule })
    const input = RuleInput.safeParse({
      ...parsed!.input,
      groups: scope.groups,
      ...(scope.schedule === undefined ? {} : { schedule: scope.schedule }),
      enabled,
      comment,
      ...(expires === undefined ? {} : { expiresAt: timeOf(expires) }),
    })
    if (!input.success)
      throw invalidField(String(input.error.issues[0]?.path[0] ?? ''), input.error.issues[0]?.message ?? 'is not valid')
    return this.#rules.check(input.data)
  }
}

interface ParsedLine {
  readonly line: number
  readonly input: RuleInput
  readonly rule: CheckedRule
}

/** @throws ProblemError `invalid-field`, its field `line N` of the text */
function* acceptLines(text: string, scope: Scope = {}): Generator<PolicyItem & { line: number }> {
  for (const { line, rule } of rulesOf(text, 1)) yield { key: keyOf(rule, scope), value: formatRule(rule), line }
}

function* rulesOf(text: string, firstLine: number): Generator<ParsedLine> {
  for (const { line: at, written, outcome } of parseRuleLines(text)) {
    const line = firstLine - 1 + at
    if (outcome.kind === 'rejected')
      throw invalidField(`line ${line}`, `'${written.trim().slice(0, 200)}': ${outcome.reason}`)
    if (outcome.kind === 'ignored')
      throw invalidField(`line ${line}`, `'${written.trim().slice(0, 200)}': is not for DNS`)
    if (outcome.kind !== 'rules') continue
    for (const input of outcome.rules) {
      const checked = checkRule(input)
      if (!checked.ok) throw invalidField(`line ${line}`, checked.error[0]?.message ?? 'is not valid')
      yield { line, input, rule: checked.value }
    }
  }
}

const keyOf = (bare: CheckedRule, { groups = [], schedule = null }: Scope): string =>
  JSON.stringify([ruleIdentity(bare), groups, schedule])

/** A line alone where there is nothing to say beside it. */
function fileValue(rule: string, { groups, schedule, enabled, expires, comment }: PolicyFields): string | PolicyFields {
  const fields = {
    ...(Array.isArray(groups) && groups.length === 0 ? {} : groups === undefined ? {} : { groups }),
    ...(schedule === undefined || schedule === null ? {} : { schedule }),
    ...(enabled === false ? { enabled } : {}),
    ...(expires === undefined || expires === null ? {} : { expires: isoOf(expires) }),
    ...(comment === undefined || comment === '' ? {} : { comment }),
  }
  return Object.keys(fields).length === 0 ? rule : { rule, ...fields }
}

const isoOf = (expires: unknown): string => new Date(timeOf(expires)).toISOString()

/** @throws ProblemError `invalid-field` */
function timeOf(expires: unknown): number {
  const time = typeof expires === 'string' || typeof expires === 'number' ? new Date(expires).getTime() : Number.NaN
  if (!Number.isFinite(time)) throw invalidField('expires', 'is not a time such as 2030-01-31T20:00:00Z')
  return time
}
