/**
 * A rule while it is edited: every field as the text that was typed. It becomes a RuleInput for the checker that the
 * server uses too, so what the form says is what saving would say.
 */
import type { BlockAnswer, BlockAnswerKind } from '@weir/shared/contract/block-answer'
import type { Action, MatchKind, Rule, RuleInput } from '@weir/shared/contract/rules'
import { checkRule } from '@weir/shared/rules/check-rule'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { describeRule } from '@weir/shared/rules/describe-rule'

export interface RuleDraft {
  readonly action: Action
  readonly match: MatchKind
  readonly pattern: string
  readonly enabled: boolean
  readonly important: boolean
  /** Only records what it would do. */
  readonly shadow: boolean
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
  /** One record a line: type and data. */
  readonly records: string
  /** '': addresses and records; else they stand back for this RCODE. */
  readonly rcode: string
  readonly overridesBlock: boolean
  /** What an allow rule does: let names through, only over TCP, or exempt them from rewrites. */
  readonly allowance: Allowance
  /** With `rewrite`: what they are exempted from; '': everything. */
  readonly exceptRewrite: string
  /** Of an allow rule: blocks that are more specific stand above it. Of a block: answers and forward rules that are. */
  readonly yields: boolean
  readonly badfilter: boolean
  readonly inverted: boolean
  /** One a line: names of clients hold spaces and commas. */
  readonly clients: string
  readonly clientTags: string
  readonly exceptNames: string
  /** Id; undefined: always. */
  readonly schedule: number | undefined
}

export type Allowance = '' | 'tcp' | 'rewrite'

export const emptyDraft = (pattern = ''): RuleDraft => ({
  action: 'block',
  match: 'suffix',
  pattern,
  enabled: true,
  important: false,
  shadow: false,
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
  records: '',
  rcode: '',
  overridesBlock: false,
  allowance: '',
  exceptRewrite: '',
  yields: false,
  badfilter: false,
  inverted: false,
  clients: '',
  clientTags: '',
  exceptNames: '',
  schedule: undefined,
})

export const draftOf = (rule: Rule | CheckedRule): RuleDraft => ({
  action: rule.action,
  match: rule.match,
  pattern: rule.pattern,
  enabled: rule.enabled,
  important: rule.important,
  shadow: rule.shadow === true,
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
  records: rule.records?.join('\n') ?? '',
  rcode: rule.rcode ?? '',
  overridesBlock: rule.overridesBlock ?? false,
  allowance: rule.tcpOnly ? 'tcp' : rule.exceptRewrite === undefined ? '' : 'rewrite',
  exceptRewrite: rule.exceptRewrite ?? '',
  yields: rule.yields === true,
  badfilter: rule.badfilter ?? false,
  inverted: rule.inverted ?? false,
  clients: rule.clients?.join('\n') ?? '',
  clientTags: rule.clientTags?.join(', ') ?? '',
  exceptNames: rule.exceptNames?.join(', ') ?? '',
  schedule: rule.schedule,
})

/** Which kinds of match an action can have. */
export const MATCHES_OF: Record<Action, readonly MatchKind[]> = {
  block: ['suffix', 'exact', 'subdomains', 'regex', 'address'],
  allow: ['suffix', 'exact', 'subdomains', 'regex', 'address'],
  forward: ['suffix', 'exact', 'subdomains', 'regex'],
  rewrite: ['exact', 'suffix', 'subdomains', 'regex', 'address'],
  alias: ['exact', 'suffix', 'subdomains'],
}

/** The match that a new rule of an action starts with: an address or another name is mostly meant for one name alone. */
const usualMatch = (action: Action): MatchKind => MATCHES_OF[action][0]!

/** Another action keeps what was chosen and fits it; what stood at the old action's usual match goes to the new one's. */
export const withAction = (draft: RuleDraft, action: Action): RuleDraft => {
  const isKept = draft.match !== usualMatch(draft.action) && MATCHES_OF[action].includes(draft.match)
  return { ...draft, action, match: isKept ? draft.match : usualMatch(action) }
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

/** The draft as the API takes it; may be invalid, which `checkDraft` tells. */
export function inputOf(draft: RuleDraft): RuleInput {
  const { action, match, ttlSeconds } = draft
  const common = {
    pattern: draft.pattern.trim(),
    enabled: draft.enabled,
    important: draft.important,
    ...(draft.shadow && { shadow: true }),
    queryTypes: words(draft.queryTypes),
    groups: [...draft.groups],
    expiresAt: draft.expiresAt,
    comment: draft.comment,
    ...(ttlSeconds.trim() !== '' && { ttlSeconds: Number(ttlSeconds) }),
    clients: lines(draft.clients),
    clientTags: words(draft.clientTags),
    exceptNames: words(draft.exceptNames),
    ...(draft.schedule !== undefined && { schedule: draft.schedule }),
  }
  const details = {
    block: {
      ...blockAnswerOf(draft),
      ...flagsOf(draft),
      ...(blockMayYield(draft) && draft.yields && { yields: true }),
    },
    allow: { ...allowanceOf(draft), ...flagsOf(draft) },
    forward: { servers: words(draft.servers) },
    rewrite: match === 'address' ? { target: draft.target.trim() } : { ...localAnswerOf(draft), ...flagsOf(draft) },
    alias: { target: draft.target.trim() },
  }[action]
  // The form offers only matches that fit the action, which the compiler cannot see.
  return { action, match, ...common, ...details } as RuleInput
}

/** What is important stands above all, and addresses have no longer names. */
export const blockMayYield = ({ match, important }: RuleDraft): boolean => match !== 'address' && !important

const flagsOf = ({ match, badfilter, inverted }: RuleDraft) => ({
  ...(badfilter && { badfilter }),
  ...(inverted && match === 'regex' && { inverted }),
})

function allowanceOf({ match, allowance, exceptRewrite, yields }: RuleDraft): Partial<RuleInput & { action: 'allow' }> {
  const place = yields ? { yields } : {}
  if (match === 'address' || allowance === '') return place
  return allowance === 'tcp' ? { tcpOnly: true, ...place } : { exceptRewrite: exceptRewrite.trim() }
}

function localAnswerOf({ ipv4, ipv6, records, rcode, overridesBlock }: RuleDraft) {
  const above = overridesBlock ? { overridesBlock } : {}
  if (rcode !== '') return { rcode, ...above }
  return { ipv4: words(ipv4), ipv6: words(ipv6), records: lines(records), ...above }
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
