/**
 * Reads a list as it arrives, piece by piece, and tells a sink what is in it.
 *
 * Simple lines go from octets to names at once (simple-line.ts); the others become text and go through `parseRuleLine`, the
 * parser of own rules. A list may only block or allow: lines that answer with records would let whoever keeps the list send
 * clients where he likes, and are rejected unless the list is trusted to; those that forward always are.
 */
import type { ListFormat } from '../contract/lists.ts'
import type { RuleInput } from '../contract/rules.ts'
import { fail, ok, type Result } from '../result.ts'
import { LineContext, type LineOutcome, MAY_NOT_ANSWER } from '../rules/line-outcome.ts'
import { endOfLines, parseRuleLine } from '../rules/parse-line.ts'
import { MAX_LINE_CHARACTERS } from '../rules/rule-language.ts'
import { detectFormat, HEAD_OCTETS, type KnownFormat, refuseContent } from './detect-format.ts'
import { LineSplitter } from './line-splitter.ts'
import { type NameClass, nameClass } from './name-class.ts'
import { COMMENT, NOT_SIMPLE, SimpleLine } from './simple-line.ts'

/** What a class of names can say; a rule with anything else is stored whole. */
const PLAIN_FIELDS: ReadonlySet<string> = new Set(['action', 'match', 'pattern', 'important', 'answer'])

/** As much of a line as reports quote. */
export const MAX_QUOTED_CHARACTERS = 200

/** Gets what the list holds, in the order of its lines. */
export interface ListSink {
  /** A plain name: canonical, without escapes; the octets are valid until this returns. */
  name(nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void
  /** A block or allow rule that is more than a plain name; `line` from 1. */
  rule(line: number, text: string, rule: RuleInput): void
  /** A line without effect; `text` is cut to MAX_QUOTED_CHARACTERS. */
  rejected(line: number, text: string, reason: string): void
  /** A line that is not for DNS. */
  ignored(line: number): void
}

export interface ListSummary {
  readonly format: KnownFormat
  readonly lines: number
}

export class ListParser {
  readonly #kind: 'block' | 'allow'
  readonly #sink: ListSink
  readonly #splitter = new LineSplitter((octets, start, end, isCut) => this.#readLine(octets, start, end, isCut))
  readonly #decoder = new TextDecoder()
  readonly #scratch = new Uint8Array(256)
  readonly #context: LineContext
  /** Pieces held back until the format is known; null afterwards. */
  #head: Uint8Array[] | null = []
  #headOctets = 0
  #refusal: string | undefined
  #format: KnownFormat | undefined
  #simple: SimpleLine | undefined
  #lines = 0

  /**
   * @param kind in lists of kind `allow`, lines that block elsewhere allow
   * @param mayAnswer lines may answer with records; not in lists of kind `allow`
   */
  constructor(kind: 'block' | 'allow', format: ListFormat, sink: ListSink, mayAnswer = false) {
    this.#kind = kind
    this.#context = new LineContext(mayAnswer && kind === 'block')
    this.#sink = sink
    if (format !== 'auto') this.#format = format
  }

  /** Lines read so far. */
  get lines(): number {
    return this.#lines
  }

  /**
   * Takes the next piece; it may be reused by the caller once this returns.
   * @returns the reason why the content as a whole is no list; then nothing has reached the sink, and nothing will
   */
  push(octets: Uint8Array): Result<undefined, string> {
    if (this.#refusal !== undefined) return fail(this.#refusal)
    if (this.#head === null) {
      this.#splitter.push(octets)
      return ok(undefined)
    }
    this.#head.push(octets.slice())
    this.#headOctets += octets.length
    return this.#headOctets >= HEAD_OCTETS ? this.#begin() : ok(undefined)
  }

  /** The end of the content. */
  finish(): Result<ListSummary, string> {
    const begun = this.#head === null ? ok(undefined) : this.#begin()
    if (this.#refusal !== undefined) return fail(this.#refusal)
    if (!begun.ok) return begun
    this.#splitter.finish()
    const left = endOfLines(this.#context)
    if (left.kind === 'rejected') this.#sink.rejected(this.#lines, '', left.reason)
    return ok({ format: this.#format!, lines: this.#lines })
  }

  #begin(): Result<undefined, string> {
    const head = Buffer.concat(this.#head ?? [])
    this.#head = null
    const beginning = head.subarray(0, HEAD_OCTETS)
    this.#refusal = refuseContent(beginning)
    if (this.#refusal !== undefined) return fail(this.#refusal)
    this.#format ??= detectFormat(beginning)
    this.#simple = new SimpleLine(this.#kind, this.#format === 'wildcard')
    this.#splitter.push(head)
    return ok(undefined)
  }

  #readLine(octets: Uint8Array, start: number, end: number, isCut: boolean): void {
    this.#lines++
    const simple = this.#simple!
    const found = isCut ? NOT_SIMPLE : simple.read(octets, start, end)
    const { apex, isAtApex, record } = this.#context
    // Behind an $ORIGIN and between brackets, names are not always what they look like.
    const isSimple = found >= 0 && record === null && (apex === null || (isAtApex && !simple.hasFinalDot))
    if (isSimple) this.#sink.name(found, simple.name, 0, simple.length)
    else if (found !== COMMENT) this.#readText(octets, start, end, isCut)
  }

  #readText(octets: Uint8Array, start: number, end: number, isCut: boolean): void {
    const text = this.#decoder.decode(octets.subarray(start, end))
    const outcome: LineOutcome = isCut
      ? { kind: 'rejected', reason: `the line is longer than ${MAX_LINE_CHARACTERS} characters` }
      : parseRuleLine(text, this.#format!, this.#context)
    if (outcome.kind === 'rules') this.#takeRules(text, outcome.rules)
    else if (outcome.kind === 'ignored') this.#sink.ignored(this.#lines)
    else if (outcome.kind === 'rejected') this.#reject(text, outcome.reason)
  }

  #reject(text: string, reason: string): void {
    this.#sink.rejected(this.#lines, text.trim().slice(0, MAX_QUOTED_CHARACTERS), reason)
  }

  #takeRules(text: string, said: readonly RuleInput[]): void {
    const rules = this.#context.mayAnswer ? said.map(answerOfAlias) : said
    const fault = rules.map((rule) => this.#refuse(rule)).find((reason) => reason !== undefined)
    if (fault !== undefined) return this.#reject(text, fault)
    for (const rule of rules) {
      const read = this.#ofKind(rule)
      const simple = this.#simpleClass(read)
      if (simple === undefined) this.#sink.rule(this.#lines, text.trim(), read)
      else this.#sink.name(simple, this.#scratch, 0, this.#copy(rule.pattern))
    }
  }

  #refuse(rule: RuleInput): string | undefined {
    if (rule.action === 'forward') return 'a list may not choose servers'
    if (rule.action === 'alias')
      return this.#context.mayAnswer ? 'a list may not keep labels in an alias' : MAY_NOT_ANSWER
    if (rule.action === 'rewrite' && this.#kind === 'allow') return 'a list that allows answers nothing'
    if (rule.action === 'rewrite' && rule.match === 'address') return 'a list may not rewrite addresses'
    if (rule.action === 'rewrite' && !('rcode' in rule) && !this.#context.mayAnswer) return MAY_NOT_ANSWER
    const isForAll = rule.pattern === '.' && rule.action !== 'allow'
    const isNarrow = [rule.clients, rule.clientTags, rule.exceptNames, rule.queryTypes].some(
      (part) => part !== undefined,
    )
    return isForAll && !isNarrow ? 'a list may not block every name' : undefined
  }

  #ofKind(rule: RuleInput): RuleInput {
    if (this.#kind === 'block' || (rule.action !== 'block' && rule.action !== 'allow')) return rule
    // What was made to allow does not yield, neither to itself nor to other lists.
    const { answer: _, yields: _y, ...rest } = rule as RuleInput & { answer?: unknown; yields?: unknown }
    return { ...rest, action: 'allow' } as RuleInput
  }

  /** The class of a rule that says no more than a plain name can; undefined for the others. */
  #simpleClass(rule: RuleInput): NameClass | undefined {
    if (rule.action !== 'block' && rule.action !== 'allow') return undefined
    const { match } = rule
    if (match === 'regex' || match === 'address' || rule.pattern === '.' || rule.pattern.includes('\\'))
      return undefined
    for (const field of Object.keys(rule)) if (!PLAIN_FIELDS.has(field)) return undefined
    if (rule.action === 'block' && rule.answer && this.#kind === 'block') return undefined
    return nameClass(this.#kind === 'allow' ? 'allow' : rule.action, match, rule.important ?? false)
  }

  #copy(name: string): number {
    for (let i = 0; i < name.length; i++) this.#scratch[i] = name.charCodeAt(i)
    return name.length
  }
}

/** An alias of one name is an answer with a CNAME. */
const answerOfAlias = (rule: RuleInput): RuleInput => {
  if (rule.action !== 'alias' || rule.match !== 'exact') return rule
  const { action: _action, target, match, ...rest } = rule
  return { action: 'rewrite', match, ...rest, records: [`CNAME ${target}${target.endsWith('.') ? '' : '.'}`] }
}
