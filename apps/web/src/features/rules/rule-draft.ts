/**
 * A rule while it is edited: every field as the text that was typed. It becomes a RuleInput for the checker that the
 * server uses too, so what the form says is what saving would say.
 */
import type { Action, BlockAnswer, BlockAnswerKind, MatchKind, Rule, RuleInput } from '@weir/shared/contract/rules'
import { checkRule } from '@weir/shared/rules/check-rule'
import { describeRule } from '@weir/shared/rules/describe-rule'

export interface RuleDraft {
  readonly action: Action
  readonly match: MatchKind
  readonly pattern: string
  readonly enabled: boolean
  readonly important: boolean
  /** Words divided by spaces or commas, as in all fields of several values. */
  readonly queryTypes: string
  readonly ttlSeconds: string
  readonly groups: readonly number[]
  readonly expiresAt: number | null
  readonly comment: string
  /** '': what the list, the group or the settings say. */
  readonly answerKind: BlockAnswerKind | ''
  readonly txt: string
  readonly mx: string
  readonly servers: string
  readonly ipv4: string
  readonly ipv6: string
  readonly target: string
}

export const emptyDraft = (pattern = ''): RuleDraft => ({
  action: 'block',
  match: 'suffix',
  pattern,
  enabled: true,
  important: false,
  queryTypes: '',
  ttlSeconds: '',
  groups: [],
  expiresAt: null,
  comment: '',
  answerKind: '',
  txt: '',
  mx: '',
  servers: '',
  ipv4: '',
  ipv6: '',
  target: '',
})

export const draftOf = (rule: Rule): RuleDraft => ({
  action: rule.action,
  match: rule.match,
  pattern: rule.pattern,
  enabled: rule.enabled,
  important: rule.important,
  queryTypes: rule.queryTypes.join(', '),
  ttlSeconds: rule.ttlSeconds === null ? '' : String(rule.ttlSeconds),
  groups: rule.groups,
  expiresAt: rule.expiresAt,
  comment: rule.comment,
  answerKind: rule.answer?.kind ?? '',
  txt: rule.answer?.txt ?? '',
  mx: rule.answer?.mx ?? '',
  servers: rule.servers?.join('\n') ?? '',
  ipv4: (rule.answer?.ipv4 ?? rule.ipv4 ?? []).join('\n'),
  ipv6: (rule.answer?.ipv6 ?? rule.ipv6 ?? []).join('\n'),
  target: rule.target ?? '',
})

/** Which kinds of match an action can have. */
export const MATCHES_OF: Record<Action, readonly MatchKind[]> = {
  block: ['suffix', 'exact', 'subdomains', 'regex'],
  allow: ['suffix', 'exact', 'subdomains', 'regex'],
  forward: ['suffix', 'exact', 'subdomains'],
  rewrite: ['exact', 'suffix', 'subdomains', 'address'],
  alias: ['exact', 'suffix'],
}

/** Another action keeps what fits. */
export const withAction = (draft: RuleDraft, action: Action): RuleDraft => ({
  ...draft,
  action,
  match: MATCHES_OF[action].includes(draft.match) ? draft.match : MATCHES_OF[action][0]!,
})

const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

/** The draft as the API takes it; may be invalid, which `checkDraft` tells. */
export function inputOf(draft: RuleDraft): RuleInput {
  const { action, match, ttlSeconds } = draft
  const common = {
    pattern: draft.pattern.trim(),
    enabled: draft.enabled,
    important: draft.important,
    queryTypes: words(draft.queryTypes),
    groups: [...draft.groups],
    expiresAt: draft.expiresAt,
    comment: draft.comment,
    ...(ttlSeconds.trim() !== '' && { ttlSeconds: Number(ttlSeconds) }),
  }
  const details = {
    block: blockAnswerOf(draft),
    allow: {},
    forward: { servers: words(draft.servers) },
    rewrite:
      match === 'address' ? { target: draft.target.trim() } : { ipv4: words(draft.ipv4), ipv6: words(draft.ipv6) },
    alias: { target: draft.target.trim() },
  }[action]
  // The form offers only matches that fit the action, which the compiler cannot see.
  return { action, match, ...common, ...details } as RuleInput
}

function blockAnswerOf({ answerKind, ipv4, ipv6, txt, mx }: RuleDraft): { answer?: BlockAnswer } {
  if (answerKind === '') return {}
  if (answerKind !== 'addresses') return { answer: { kind: answerKind } }
  const answer: BlockAnswer = { kind: 'addresses', ipv4: words(ipv4), ipv6: words(ipv6) }
  if (txt.trim() !== '') answer.txt = txt.trim()
  if (mx.trim() !== '') answer.mx = mx.trim()
  return { answer }
}

export interface DraftCheck {
  /** Field name as the API calls it → what is wrong with it. */
  readonly errors: Readonly<Record<string, string>>
  /** The effect in words; null while something is wrong. */
  readonly summary: string | null
}

export function checkDraft(draft: RuleDraft): DraftCheck {
  const errors: Record<string, string> = {}
  if (draft.ttlSeconds.trim() !== '' && !/^\d{1,6}$/.test(draft.ttlSeconds.trim()))
    errors['ttlSeconds'] = 'a whole number of seconds, at most 604800'
  const result = checkRule(inputOf(draft))
  if (!result.ok) for (const { field, message } of result.error) errors[field.replace(/\[\d+\].*$/, '')] ??= message
  return { errors, summary: result.ok && Object.keys(errors).length === 0 ? describeRule(result.value) : null }
}
