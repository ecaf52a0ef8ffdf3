/** The decision in one sentence, and the steps by their names. */
import type { Explanation, TraceStep } from '@weir/shared/contract/explain'
import { formatDayOrClock } from '../../lib/format.ts'
import type { OutcomeFamily } from '../../lib/outcome-family.ts'

type Decision = Explanation['decision']

const STEP_LABELS: Record<TraceStep['step'], string> = {
  client: 'Client',
  access: 'Access and rate',
  override: 'Timed overrides',
  'special-use': 'Special-use names',
  'own-rules': 'Own rules',
  rewrite: 'Aliases and local answers',
  lists: 'Lists and services',
  'safe-search': 'Safe search',
  route: 'Route',
  answer: 'The answer',
  shadow: 'Only recorded',
}

export const OUTCOME_WORDS: Record<TraceStep['outcome'], string> = {
  decided: 'decided here',
  passed: 'passed',
  exempt: 'exempt',
  skipped: 'not reached',
  resting: 'not in force now',
}

export const FAMILY_OF_DECISION: Record<Decision['action'], OutcomeFamily> = {
  block: 'blocked',
  allow: 'cached',
  forward: 'forwarded',
  rewrite: 'rewritten',
  alias: 'rewritten',
  local: 'rewritten',
  refuse: 'failed',
  drop: 'failed',
  none: 'forwarded',
}

const VERBS: Record<Decision['action'], string> = {
  block: 'Blocked',
  allow: 'Allowed',
  forward: 'Forwarded',
  rewrite: 'Answered locally',
  alias: 'Aliased',
  local: 'Answered locally',
  refuse: 'Refused',
  drop: 'Dropped',
  none: 'Not touched by any rule',
}

export const decisionVerb = (decision: Decision): string => VERBS[decision.action]

/** Nobody decided, since a pause keeps rules and lists from deciding. */
export const isPaused = ({ decision, trace }: Pick<Explanation, 'decision' | 'trace'>): boolean =>
  decision.action === 'none' && trace.some(({ step, outcome }) => step === 'override' && outcome === 'decided')

export const stepLabel = ({ step, outcome }: TraceStep): string =>
  step === 'answer' && outcome === 'passed' ? 'In the cache' : STEP_LABELS[step]

const ISO_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** Moments as this browser's clock shows them. */
export const withLocalTimes = (text: string, nowMs: number): string =>
  text.replace(ISO_TIME, (iso) => formatDayOrClock(Date.parse(iso), nowMs))

/** As a field for date and time wants it, in the browser's time zone. */
export function localTime(atMs: number): string {
  const date = new Date(atMs)
  return new Date(atMs - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** `blocked by list Ads`, `forwarded`: in the middle of a sentence. */
export const decisionPhrase = (decision: Decision): string =>
  `${decisionVerb(decision).toLowerCase()} ${decidedBy(decision)}`.trim()

/** What stands after the verb: by whom. Empty where nobody decided. */
export function decidedBy({ list, ruleSet, rule, reason }: Decision): string {
  if (ruleSet) return ruleSet.kind === 'service' ? `by service ${ruleSet.name}` : `by safe search of ${ruleSet.name}`
  if (list) return `by list ${list.name}`
  if (rule) return 'by own rule'
  return reason === 'none' ? '' : `(${reason.replaceAll('-', ' ')})`
}
