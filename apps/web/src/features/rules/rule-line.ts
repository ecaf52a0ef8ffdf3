/**
 * A line of the rule language in the field of the name: what is copied from a list, a hosts file or another filter works there
 * too, and fills the other fields.
 */
import { checkRule } from '@weir/shared/rules/check-rule'
import type { LineOutcome } from '@weir/shared/rules/line-outcome'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import { checkDraft, draftOf, emptyDraft, MATCHES_OF, type RuleDraft } from './rule-draft.ts'

/** How a line begins, or what only lines hold: no name does. */
const LINE_SIGNS = /^@@|^\/.*\/|[|^$=;\s]|^[\da-f.:]+\/\d+$/i
/** What is copied from the bar of a browser; the part that DNS knows. */
const WEB_ADDRESS = /^(?:https?:\/\/)?([\p{L}\d_-]+(?:\.[\p{L}\d_-]+)+)(?::\d+|[/?]|#(?!#))/iu
/** The same where regular expressions are written: they hold most of these signs themselves. */
const LINE_START = /^(?:@@|\|\||\/.*\/(?:\$|$))/

export interface ReadDraft {
  /** The draft with what the line says; the one that was given where there is no line. */
  readonly draft: RuleDraft
  /** Why the line cannot be taken over. */
  readonly fault?: string
}

/** @returns what saving is to take: of a name as it stands, or of the line that stands in its place */
export function readDraft(draft: RuleDraft): ReadDraft {
  const text = draft.pattern.trim()
  const isFit = draft.match === 'regex' ? !LINE_START.test(text) : checkDraft(draft).errors['pattern'] === undefined
  if (text === '' || isFit) return { draft }
  const outcome = read(text, draft)
  if (outcome.kind === 'rules' && outcome.rules.length === 1) {
    const checked = checkRule(outcome.rules[0]!)
    return checked.ok ? { draft: merged(draft, draftOf(checked.value)) } : { draft }
  }
  // Of what does not look like a line, the fault of the name says more.
  const fault = outcome.kind === 'ignored' || LINE_SIGNS.test(text) ? faultOf(text, outcome) : undefined
  return fault === undefined ? { draft } : { draft, fault }
}

/** A line that says only which names is for the action that was chosen: allowed, where that is "Allow". */
function read(text: string, { action }: RuleDraft): LineOutcome {
  if (action === 'allow' && !text.startsWith('@@')) {
    const allowed = parseRuleLine(`@@${text}`, 'own')
    if (allowed.kind === 'rules') return allowed
  }
  return parseRuleLine(text, 'own')
}

function faultOf(text: string, outcome: LineOutcome): string | undefined {
  switch (outcome.kind) {
    case 'rules':
      return `this line makes ${outcome.rules.length} rules: Import takes it`
    case 'ignored':
      return ignoredFault(text, outcome.reason)
    case 'rejected':
      return outcome.reason
    case 'blank':
      return undefined
  }
}

function ignoredFault(text: string, reason: string): string {
  const host = WEB_ADDRESS.exec(text)?.[1]
  return host === undefined
    ? `this line is no rule: ${reason}`
    : `DNS knows no paths and ports, only names: write ${host}`
}

/** What a line without them means too: what stood there before, of another line mostly, goes. */
const CONDITIONS = [
  'queryTypes',
  'clients',
  'clientTags',
  'exceptNames',
  'important',
  'badfilter',
  'inverted',
  'yields',
] as const

/** What the line says, and of the rest what the form has said already. */
function merged(draft: RuleDraft, line: RuleDraft): RuleDraft {
  const usual = emptyDraft()
  const said = Object.entries(line).filter(([key, value]) => !isSame(value, usual[key as keyof RuleDraft]))
  const conditions = CONDITIONS.map((key) => [key, line[key]] as const)
  const isOnlyNames = line.action === 'block' && line.answerKind === '' && !line.badfilter
  const action = isOnlyNames && MATCHES_OF[draft.action].includes(line.match) ? draft.action : line.action
  const filled = Object.fromEntries([...conditions, ...said])
  return { ...draft, ...filled, action, match: line.match, pattern: line.pattern }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
