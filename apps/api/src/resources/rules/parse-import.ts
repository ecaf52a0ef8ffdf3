/** Lines of the rule language → rows to store, a batch at a time. Pure: runs in the import's thread, and in tests. */

import { MAX_REJECTED_LISTED, type RejectedLine } from '@weir/shared/contract/rejected-lines'
import type { ImportRequest } from '@weir/shared/contract/rule-requests'
import type { RuleInput } from '@weir/shared/contract/rules'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import type { LineContext } from '@weir/shared/rules/line-outcome'
import { contextOf, endOfLines, parseRuleLine } from '@weir/shared/rules/parse-line'
import type { z } from 'zod'
import { columnsOf, type RuleColumns } from './rule-row.ts'

export type ImportLines = Pick<z.infer<typeof ImportRequest>, 'text' | 'comment' | 'groups'>

export interface ParsedRule {
  readonly columns: RuleColumns
  /** Aliases can make loops, which only the database tells: the rule, and where it stood. */
  readonly alias: { readonly rule: CheckedRule; readonly line: number; readonly text: string } | null
}

/** What one batch of lines gave. */
export interface ParsedBatch {
  readonly rules: readonly ParsedRule[]
  readonly rejected: readonly RejectedLine[]
  readonly rejectedCount: number
  readonly ignored: number
  /** From the start of the import. */
  readonly linesDone: number
  readonly linesTotal: number
}

/** Characters of a rejected line that the answer repeats. */
const MAX_TEXT_CHARACTERS = 200

/** @param batchRules a batch ends with the line that makes it this long, or after as many lines as ten batches */
export function* parseImport(request: ImportLines, batchRules: number): Generator<ParsedBatch> {
  const linesTotal = countLines(request.text)
  let batch = new Batch()
  const context = contextOf(linesOf(request.text))
  let linesDone = 0
  let listed = 0
  for (const text of linesOf(request.text)) {
    linesDone++
    batch.add(linesDone, text, request, context)
    if (batch.rules.length < batchRules && batch.lines < batchRules * 10) continue
    yield batch.close(linesDone, linesTotal, listed)
    listed += batch.rejected.length
    batch = new Batch()
  }
  batch.finish(linesDone, context)
  yield batch.close(linesDone, linesTotal, listed)
}

class Batch {
  readonly rules: ParsedRule[] = []
  readonly rejected: RejectedLine[] = []
  lines = 0
  #rejectedCount = 0
  #ignored = 0

  add(number: number, text: string, { comment, groups }: ImportLines, context: LineContext): void {
    this.lines++
    const outcome = parseRuleLine(text, 'own', context)
    if (outcome.kind === 'ignored') this.#ignored++
    else if (outcome.kind === 'rejected') this.#reject(number, text, outcome.reason)
    else if (outcome.kind === 'rules')
      for (const input of outcome.rules) {
        const scope = { ...(comment ? { comment } : {}), ...(groups?.length ? { groups } : {}) }
        const checked = checkRule({ ...input, ...scope } as RuleInput)
        if (checked.ok) this.rules.push(parsedRule(checked.value, number, text))
        else this.#reject(number, text, checked.error[0]?.message ?? 'is not valid')
      }
  }

  finish(lastLine: number, context: LineContext): void {
    const left = endOfLines(context)
    if (left.kind === 'rejected') this.#reject(lastLine, '', left.reason)
  }

  /** @param listed rejected lines that earlier batches have told of */
  close(linesDone: number, linesTotal: number, listed: number): ParsedBatch {
    this.rejected.length = Math.min(this.rejected.length, Math.max(0, MAX_REJECTED_LISTED - listed))
    const { rules, rejected } = this
    return { rules, rejected, rejectedCount: this.#rejectedCount, ignored: this.#ignored, linesDone, linesTotal }
  }

  #reject(number: number, text: string, reason: string): void {
    this.#rejectedCount++
    if (this.rejected.length < MAX_REJECTED_LISTED) this.rejected.push(rejectedLine(number, text, reason))
  }
}

export const rejectedLine = (line: number, text: string, reason: string): RejectedLine => ({
  line,
  text: text.trim().slice(0, MAX_TEXT_CHARACTERS),
  reason,
})

const parsedRule = (rule: CheckedRule, line: number, text: string): ParsedRule => ({
  columns: columnsOf(rule),
  alias: mayLead(rule) ? { rule, line, text } : null,
})

/** Aliases, and rewrites to a CNAME. */
const mayLead = ({ action, records }: CheckedRule): boolean =>
  action === 'alias' || (records?.[0]?.startsWith('CNAME ') ?? false)

/** Without an array of all lines: an import may have millions. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start)
    yield text.slice(start, end < 0 ? undefined : end)
    if (end < 0) return
    start = end + 1
  }
}

function countLines(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
