/** Import of any lines of the rule language: parsed in slices so that other requests go on, stored in one transaction. */

import {
  type ImportRequest,
  type ImportResult,
  MAX_REJECTED_LISTED,
  type RejectedLine,
  type RuleInput,
} from '@weir/shared/contract/rules'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import { ruleIdentity } from '@weir/shared/rules/rule-identity'
import type { z } from 'zod'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { invalidField } from '../../problem-error.ts'
import type { RuleService } from './service.ts'

type Request = z.infer<typeof ImportRequest>
export type ImportCounts = Omit<z.infer<typeof ImportResult>, 'revision' | 'applied'>

/** Lines parsed before other requests get their turn: about 10 ms. */
const LINES_PER_TURN = 5000
/** Characters of a rejected line that the answer repeats. */
const MAX_TEXT_CHARACTERS = 200
/** Rules that the change row names; it counts the rest. */
const MAX_RULES_IN_CHANGE = 100

interface Line {
  readonly number: number
  readonly text: string
  readonly rule: CheckedRule
}

interface Parsed {
  readonly lines: Line[]
  readonly rejected: RejectedLine[]
  rejectedCount: number
  ignored: number
}

export class RuleImporter {
  readonly #deps: AppDeps
  readonly #rules: RuleService

  constructor(deps: AppDeps, rules: RuleService) {
    this.#deps = deps
    this.#rules = rules
  }

  /** @returns the revision only when something was stored */
  async import(
    author: ChangeAuthor,
    request: Request,
  ): Promise<{ counts: ImportCounts; revision: number | undefined }> {
    const unknown = this.#rules.repository.unknownGroups(request.groups ?? [])
    if (unknown.length > 0) throw invalidField('groups', `there is no group ${unknown[0]}`)
    const parsed = await parseLines(request)
    if (request.dryRun) return { counts: this.#dryRun(parsed), revision: undefined }
    const { revision, value } = this.#deps.config.transaction(author, (transaction) =>
      this.#store(transaction, author, parsed),
    )
    return { counts: value, revision: value.added > 0 ? revision : undefined }
  }

  #dryRun(parsed: Parsed): ImportCounts {
    const seen = new Set<string>()
    let added = 0
    for (const { rule } of parsed.lines) {
      const identity = ruleIdentity(rule)
      if (seen.has(identity) || this.#rules.repository.findIdentity(identity) !== undefined) continue
      seen.add(identity)
      added++
    }
    return countsOf(parsed, added, parsed.lines.length - added)
  }

  #store(transaction: ConfigTransaction, author: ChangeAuthor, parsed: Parsed): ImportCounts {
    const at = this.#deps.clock.now()
    const ids: number[] = []
    let duplicates = 0
    for (const line of parsed.lines) {
      const loop = this.#rules.findLoop(line.rule)
      if (loop) {
        reject(parsed, line.number, line.text, `makes a loop: ${loop.join(' → ')}`)
        continue
      }
      const id = this.#rules.repository.insert({ rule: line.rule, at, revision: transaction.revision }, author.name)
      if (id === undefined) duplicates++
      else ids.push(id)
    }
    if (ids.length > 0)
      transaction.record({
        entity: 'rule',
        entityId: ids.length === 1 ? ids[0]! : `${ids[0]}-${ids.at(-1)}`,
        operation: 'import',
        summary: `${ids.length} rules imported`,
        after: { added: ids.length, firstId: ids[0], lastId: ids.at(-1), ids: ids.slice(0, MAX_RULES_IN_CHANGE) },
      })
    return countsOf(parsed, ids.length, duplicates)
  }
}

async function parseLines(request: Request): Promise<Parsed> {
  const parsed: Parsed = { lines: [], rejected: [], rejectedCount: 0, ignored: 0 }
  let number = 0
  for (const text of linesOf(request.text)) {
    number++
    parseLine(parsed, number, text, request)
    if (number % LINES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return parsed
}

/** Without an array of all lines: an import may have millions. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start)
    yield text.slice(start, end < 0 ? undefined : end)
    if (end < 0) return
    start = end + 1
  }
}

function parseLine(parsed: Parsed, number: number, text: string, { comment, groups }: Request): void {
  const outcome = parseRuleLine(text, 'own')
  if (outcome.kind === 'ignored') parsed.ignored++
  else if (outcome.kind === 'rejected') reject(parsed, number, text, outcome.reason)
  else if (outcome.kind === 'rules')
    for (const input of outcome.rules) {
      const checked = checkRule({
        ...input,
        ...(comment ? { comment } : {}),
        ...(groups?.length ? { groups } : {}),
      } as RuleInput)
      if (checked.ok) parsed.lines.push({ number, text, rule: checked.value })
      else reject(parsed, number, text, checked.error[0]?.message ?? 'is not valid')
    }
}

function reject(parsed: Parsed, line: number, text: string, reason: string): void {
  parsed.rejectedCount++
  if (parsed.rejected.length < MAX_REJECTED_LISTED)
    parsed.rejected.push({ line, text: text.trim().slice(0, MAX_TEXT_CHARACTERS), reason })
}

const countsOf = ({ rejected, rejectedCount, ignored }: Parsed, added: number, duplicates: number): ImportCounts => ({
  added,
  duplicates,
  ignored,
  rejectedCount,
  rejected,
})
