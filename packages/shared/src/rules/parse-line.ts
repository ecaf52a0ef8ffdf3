/** Reads one line of the rule language (rule-language.ts) in a dialect. Never throws; costs at most linear time. */
import { RuleInput } from '../contract/rules.ts'
import { checkRule } from './check-rule.ts'
import type { CheckedRule } from './checked-rule.ts'
import { foreignReason } from './foreign-line.ts'
import { blank, type Dialect, LineContext, type LineOutcome, notForDns, rejected } from './line-outcome.ts'
import { parseAdblock } from './parse-adblock.ts'
import { isDnsmasq, parseDnsmasq } from './parse-dnsmasq.ts'
import { isForwardLine, parseForwardLine } from './parse-forward.ts'
import { isHosts, parseHosts } from './parse-hosts.ts'
import { isPiholeRegex, parsePiholeRegex } from './parse-pihole.ts'
import { continueRecord, endOfRecord, isRpz, parseRpz, withOwner } from './parse-rpz.ts'
import { isUnbound, noteZone, parseUnbound } from './parse-unbound.ts'
import { MAX_LINE_CHARACTERS } from './rule-language.ts'

/** The longest reasons of ordinary lines have some 150: behind what is quoted stands what is wrong with it. */
const MAX_REASON_CHARACTERS = 240

/** A comment to all but AdGuard's own apps, which put another list in its place: who counts on that must be told. */
const INCLUDE = /^!#include\s/

const NO_RECORD = 'this is no record: give owner, type and data, as in ads.example.org CNAME .'

/** Cosmetic rules and HTML filters: `example.org##.ad`, `#@#`, `#?#`, `#$#`, `#%#`, `#@?#`, `$$script`, `$@$`. */
const COSMETIC = /^[^/|\s]*(?:#@?[?$%]{0,2}#|\$@?\$)\S/

/**
 * @param line without its line end; a BOM and a CR are dropped
 * @param dialect `own` for own rules; the format of a list otherwise
 * @param context of the document that the line stands in; without one, the line stands alone
 */
export function parseRuleLine(line: string, dialect: Dialect, context = new LineContext()): LineOutcome {
  if (line.length > MAX_LINE_CHARACTERS) return rejected(`the line is longer than ${MAX_LINE_CHARACTERS} characters`)
  if (context.record !== null) return brief(checked(continueRecord(context.record, line, dialect, context)))
  const text = line.replace(/^\ufeff/, '').trim()
  if (INCLUDE.test(text)) return rejected('!#include is not supported: other files are not read')
  if (isComment(text, dialect)) return blank
  return brief(checked(dispatch(text, dialect, /^\s/.test(line) ? withOwner(text, context) : text, context)))
}

/** Reasons quote what they complain of: of rubbish, that may be the whole line. */
const brief = (outcome: LineOutcome): LineOutcome =>
  outcome.kind === 'rejected' && outcome.reason.length > MAX_REASON_CHARACTERS
    ? rejected(
        `${outcome.reason.slice(0, MAX_REASON_CHARACTERS / 2)}…${outcome.reason.slice(-MAX_REASON_CHARACTERS / 2)}`,
      )
    : outcome

/** For the lines of one document of own rules: it knows Unbound's zones before the lines that depend on them are read. */
export function contextOf(lines: Iterable<string>): LineContext {
  const context = new LineContext()
  for (const line of lines) noteZone(line, context)
  return context
}

/** The lines of a text with own rules, each with its number from 1; what the last one leaves open is said of it once more. */
export function* parseRuleLines(text: string): Generator<{ line: number; written: string; outcome: LineOutcome }> {
  const all = text.split(/\r\n?|\n/)
  const context = contextOf(all)
  let line = 0
  for (const written of all) yield { line: ++line, written, outcome: parseRuleLine(written, 'own', context) }
  yield { line, written: '', outcome: endOfLines(context) }
}

/** Behind the last line of a document: what it has left open. */
export function endOfLines(context: LineContext): LineOutcome {
  const { record } = context
  context.record = null
  return record === null ? blank : endOfRecord(record)
}

function isComment(text: string, dialect: Dialect): boolean {
  if (text === '' || text.startsWith('!')) return true
  if (text.startsWith(';')) return true
  // `[Adblock Plus 2.0]` and its like; `[/` begins a forward rule.
  if (/^\[(?!\/)[^\]]*\]$/.test(text)) return true
  return text.startsWith('#') && (dialect === 'rpz' || !COSMETIC.test(text) || /^#{2,}(?:[\s#]|$)/.test(text))
}

function dispatch(text: string, dialect: Dialect, record: string, context: LineContext): LineOutcome {
  // What begins like an adblock rule is one, whatever its regular expression holds.
  if (isPiholeRegex(text)) return parsePiholeRegex(text)
  if (/^(?:@@|\||\/)/.test(text)) return parseAdblock(text, dialect)
  if (isForwardLine(text)) return parseForwardLine(text)
  if (isDnsmasq(text, dialect)) return parseDnsmasq(text, dialect)
  if (isUnbound(text)) return parseUnbound(text, dialect, context)
  if (isRpz(record, dialect)) return parseRpz(record, dialect, context)
  if (isHosts(text)) return parseHosts(text, dialect, context)
  if (COSMETIC.test(text)) return notForDns
  if (dialect === 'rpz' && /^[^\s$]+\s/.test(text)) return rejected(NO_RECORD)
  const reason = foreignReason(text)
  return reason === undefined ? parseAdblock(text, dialect) : rejected(reason)
}

/** Only rules that would be saved leave here, their patterns canonical: one bad rule rejects its line. */
function checked(outcome: LineOutcome): LineOutcome {
  if (outcome.kind !== 'rules') return outcome
  const canonical: RuleInput[] = []
  for (const rule of outcome.rules) {
    const fault = shapeFault(rule)
    const result = checkRule(rule)
    if (!result.ok) return rejected(result.error[0]!.message)
    if (fault !== undefined) return rejected(fault)
    canonical.push(canonicalInput(rule, result.value))
  }
  return { kind: 'rules', rules: canonical }
}

/** The fields that the line says, as they would be stored: lists keep them so, and equal rules look equal. */
const canonicalInput = (rule: RuleInput, checked: CheckedRule): RuleInput =>
  Object.fromEntries(
    Object.entries(rule).map(([field, value]) => [field, checked[field as keyof CheckedRule] ?? value]),
  ) as RuleInput

/** Lengths and ranges are the contract's: what it refuses as JSON is refused as text. */
function shapeFault(rule: RuleInput): string | undefined {
  const { error } = RuleInput.safeParse(rule)
  const union = error?.issues[0]
  if (union === undefined) return undefined
  const variants = union.code === 'invalid_union' ? union.errors : [[union]]
  // Of the kinds of rule, the one that was meant complains of neither action nor match.
  const meant = variants.find((issues) => issues.every(({ path }) => path[0] !== 'action' && path[0] !== 'match'))
  const issue = meant?.[0] ?? union
  return `${issue.path.join('.')}: ${issue.message}`
}
