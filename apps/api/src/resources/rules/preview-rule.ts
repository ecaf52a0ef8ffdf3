/** What a rule would match, before it is saved: from the most asked names of the last day, and from the rules there are. */

import type { RulePreview } from '@weir/shared/contract/rule-requests'
import { isAtOrBelow } from '@weir/shared/dns/domain-name'
import { bucketStart, TOP_KINDS, TopResolution } from '@weir/shared/log/rollup'
import { ancestorsOf } from '@weir/shared/rules/alias-loop'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { describeRule } from '@weir/shared/rules/describe-rule'
import { formatRule } from '@weir/shared/rules/format-rule'
import { compilePattern } from '@weir/shared/rules/pattern'
import type { z } from 'zod'
import type { AppDeps } from '../../deps.ts'
import { topCondition } from '../../top-spans.ts'
import type { RuleRepository } from './repository.ts'
import { checkedRuleOf } from './rule-row.ts'

const DAY_MS = 86_400_000
const MAX_SAMPLE_NAMES = 10
const MAX_COVERING = 20

type Preview = z.infer<typeof RulePreview>

export function previewRule(deps: AppDeps, rules: RuleRepository, rule: CheckedRule): Preview {
  const matching = mostAskedNames(deps).filter(({ name }) => matches(rule, name))
  return {
    text: formatRule(rule),
    pattern: rule.pattern,
    summary: describeRule(rule),
    sampleNames: matching.slice(0, MAX_SAMPLE_NAMES),
    matchedQueries: matching.reduce((sum, { count }) => sum + count, 0),
    coveredBy: coveringRules(rules, rule),
  }
}

/** Of each hour of the last day the statistics keep the most frequent names: rarer ones are not counted here. */
function mostAskedNames({ log, clock }: AppDeps): { name: string; count: number }[] {
  const now = clock.now()
  const read = log.read((database) => {
    const buckets = topCondition(database, TopResolution.Hour, bucketStart(now - DAY_MS, TopResolution.Hour), now)
    return database
      .prepare<number[], { name: string; count: number }>(
        `SELECT key AS name, sum(count) AS count FROM top WHERE ${buckets.sql} AND kind = ?
         GROUP BY key ORDER BY count DESC, key`,
      )
      .all(...buckets.values, TOP_KINDS.indexOf('names'))
  })
  return read ?? []
}

function matches(rule: CheckedRule, name: string): boolean {
  if (rule.exceptNames?.some((except) => isAtOrBelow(name, except))) return false
  const { match, pattern } = rule
  if (match === 'exact') return name === pattern
  if (match === 'suffix') return isAtOrBelow(name, pattern)
  if (match === 'subdomains') return name !== pattern && isAtOrBelow(name, pattern)
  if (match === 'address') return false
  const compiled = compilePattern(pattern)
  return compiled.ok && compiled.value.test(name) !== (rule.inverted ?? false)
}

/** Rules of the same action for all clients and types that already say it for every name of this one. */
function coveringRules(rules: RuleRepository, rule: CheckedRule): Preview['coveredBy'] {
  const names = rule.match === 'regex' || rule.match === 'address' ? [rule.pattern] : ancestorsOf(rule.pattern)
  return rules
    .rulesAt(rule.action, names, MAX_COVERING)
    .map((row) => ({ id: row.id, other: checkedRuleOf(row) }))
    .filter(({ other }) => covers(other, rule))
    .map(({ id, other }) => ({ id, text: formatRule(other) }))
}

/** Holds for some clients, types or names of its pattern only, or does something of its own. */
const isNarrowed = (rule: CheckedRule): boolean =>
  [rule.queryTypes, rule.groups, rule.clients, rule.clientTags, rule.exceptNames].some((part) => part?.length) ||
  [rule.inverted, rule.tcpOnly, rule.yields, rule.exceptRewrite, rule.overridesBlock, rule.shadow].some(
    (part) => part !== undefined,
  )

function covers(other: CheckedRule, rule: CheckedRule): boolean {
  if (isNarrowed(other) || (other.badfilter ?? false) !== (rule.badfilter ?? false)) return false
  if (rule.match === 'regex' || rule.match === 'address') return other.match === rule.match
  if (other.match === 'suffix') return true
  if (other.match === 'subdomains') return other.pattern !== rule.pattern || rule.match === 'subdomains'
  return other.match === 'exact' && rule.match === 'exact' && other.pattern === rule.pattern
}
