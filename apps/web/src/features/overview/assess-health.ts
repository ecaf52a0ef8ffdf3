/** From what all parts say of themselves to one sentence and a list of what needs a hand. */
import type { LinkProps } from '@tanstack/react-router'
import type { List } from '@weir/shared/contract/lists'
import type { Settings } from '@weir/shared/contract/settings'
import type { Health } from '@weir/shared/contract/system'
import type { z } from 'zod'
import type { ResolverState } from '../../lib/api/resolver.ts'
import { formatShortCount, plural } from '../../lib/format.ts'
import { formatSmallShare } from '../../lib/storage-facts.ts'

export interface HealthInput {
  readonly health: z.infer<typeof Health> | undefined
  readonly resolver: ResolverState | undefined
  readonly lists: readonly List[]
  readonly blocking: Settings['blocking'] | undefined
  /** Clients that wait in quarantine. */
  readonly quarantined: number
  readonly isResolverDown: boolean
  readonly nowMs: number
}
export interface HealthIssue {
  readonly level: 'warn' | 'bad'
  readonly text: string
  readonly target: Pick<LinkProps, 'to' | 'search'>
}
export interface HealthVerdict {
  readonly level: 'ok' | 'warn' | 'bad'
  readonly sentence: string
  readonly issues: readonly HealthIssue[]
}

export function assessHealth(input: HealthInput): HealthVerdict {
  const issues = [
    ...resolverIssues(input),
    ...upstreamIssues(input),
    ...filterIssues(input),
    ...listIssues(input),
    ...blockingIssues(input),
    ...clientIssues(input),
  ]
  const level = issues.some((issue) => issue.level === 'bad') ? 'bad' : issues.length > 0 ? 'warn' : 'ok'
  return { level, sentence: sentenceOf(input, level, issues.length), issues }
}

function sentenceOf(
  { health, resolver, isResolverDown }: HealthInput,
  level: HealthVerdict['level'],
  count: number,
): string {
  if (level === 'bad') return 'DNS needs you.'
  if (health === undefined && !isResolverDown) return 'Whether DNS is well is not known.'
  if (level === 'warn') return `DNS is answering; ${count === 1 ? 'one thing needs' : `${count} things need`} a hand.`
  if (!resolver) return 'DNS is well.'
  const { index } = resolver
  const names = index.names + (index.tier?.names ?? 0)
  return `DNS is well: ${formatShortCount(names)} names from ${plural(index.lists, 'list')} and ${plural(resolver.ownRules, 'own rule')} in effect.`
}

function resolverIssues({ health, resolver, isResolverDown }: HealthInput): HealthIssue[] {
  if (isResolverDown || health?.resolver === 'down') {
    return [{ level: 'bad', text: 'The resolver does not answer the console', target: { to: '/settings' } }]
  }
  if (health === undefined)
    return [{ level: 'warn', text: 'The API does not say how the resolver is', target: { to: '/database' } }]
  const issues: HealthIssue[] = (health.reasons ?? []).map((text) => ({
    level: 'warn',
    text,
    target: {
      to: /regular expression/.test(text) ? (text.startsWith('own rules') ? '/rules' : '/lists') : '/database',
    },
  }))
  if (resolver?.log.state === 'broken' && !issues.some((issue) => issue.text.includes('log'))) {
    issues.push({
      level: 'warn',
      text: `Query log not written: ${resolver.log.lastError ?? 'unknown fault'}`,
      target: { to: '/database' },
    })
  }
  return issues
}

function upstreamIssues({ resolver }: HealthInput): HealthIssue[] {
  const upstreams = resolver?.upstreams ?? []
  const down = upstreams.filter((upstream) => upstream.state === 'down')
  if (down.length === 0) return []
  const target = { to: '/settings', search: { section: 'upstreams' } } as const
  if (down.length === upstreams.length) return [{ level: 'bad', text: 'No upstream answers', target }]
  return [
    {
      level: 'warn',
      text: `${plural(down.length, 'upstream')} down: ${down.map((upstream) => upstream.address).join(', ')}`,
      target,
    },
  ]
}

/** Beyond it, at some five bits a name, every fifth question for an unlisted name costs a page from disk (docs/scale.md). */
const MAX_PASS_RATE = 0.1

function filterIssues({ resolver }: HealthInput): HealthIssue[] {
  const tier = resolver?.index.tier
  if (!tier || tier.expectedPassRate <= MAX_PASS_RATE) return []
  const text = `Memory for names is short: ${formatSmallShare(tier.expectedPassRate)} of unlisted names are looked up on disk`
  return [{ level: 'warn', text, target: { to: '/settings', search: { section: 'storage' } } }]
}

function listIssues({ lists }: HealthInput): HealthIssue[] {
  const held = lists.filter((list) => list.enabled && list.heldVersion !== null)
  return [...held.map(heldIssue), ...failedIssues(lists)]
}

const heldIssue = (list: List): HealthIssue => ({
  level: 'warn',
  text: `A version of list ${list.name} waits for a review`,
  target: { to: '/lists', search: { open: list.id } },
})

function failedIssues(lists: readonly List[]): HealthIssue[] {
  return lists
    .filter((list) => list.enabled && (list.state === 'failed' || list.lastError !== null))
    .map((list) => ({
      level: 'warn',
      text: `List ${list.name} failed to update`,
      target: { to: '/lists', search: { open: list.id } },
    }))
}

function clientIssues({ quarantined }: HealthInput): HealthIssue[] {
  if (quarantined === 0) return []
  return [{ level: 'warn', text: `${plural(quarantined, 'new client')} in quarantine`, target: { to: '/clients' } }]
}

function blockingIssues({ blocking, nowMs }: HealthInput): HealthIssue[] {
  if (!blocking) return []
  const target = { to: '/settings', search: { section: 'blocking' } } as const
  if (!blocking.enabled) return [{ level: 'warn', text: 'Blocking is off', target }]
  return (blocking.pausedUntil ?? 0) > nowMs ? [{ level: 'warn', text: 'Blocking is paused', target }] : []
}
