import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import { type Outcome as LogOutcome, OUTCOMES } from '@weir/shared/log/outcomes'
import { Decision, DecisionAction } from '../../query/decision.ts'
import { Outcome } from '../../query/outcome.ts'
import type { LocalAnswer, NameTarget } from '../../query/policy-parts.ts'
import { type QueryContext, Transport } from '../../query/query-context.ts'
import type { Stage } from '../../query/stage.ts'
import { copyOctets } from '../../wire/octets.ts'
import { MAX_NAME_OCTETS } from '../../wire/query-view.ts'
import type { PolicySource } from '../policy-source.ts'

/** Aliases that may follow one another; saving refuses loops, this bounds what slips by (a list, an old backup). */
export const MAX_ALIASES = 8

const code = (outcome: LogOutcome): number => OUTCOMES.indexOf(outcome)
const BLOCKED = code('blocked')
const LOCAL = code('local')
const REWRITTEN = code('rewritten')
/** The alias is all there is to say. */
const NO_RECORDS: LocalAnswer = { ipv4: [], ipv6: [], pointers: [], records: [], rcode: 0, ttlSeconds: 0 }

/** Decides by rules, and follows aliases to the name that is looked up. `finish` writes the answer. */
export function matchRules(current: () => PolicySource): Stage {
  const atTarget = new Decision()
  return {
    name: 'match-rules',
    run(query) {
      const { view, decision } = query
      const policy = current()
      query.lookupName = view.qname
      query.lookupNameLength = view.qnameLength
      policy.decide(query)
      while (decision.action === DecisionAction.Alias && decision.alias !== null) {
        if (query.aliases.length === MAX_ALIASES || !followAlias(query, decision.alias)) {
          query.fault = 'alias-loop'
          if (policy.sawShadow) policy.tryShadow(query)
          return Outcome.Answered
        }
        // RFC 1034 §3.6.2: who asks for the CNAME itself gets it, and it is not followed.
        if (view.qtype === RrType.CNAME) {
          decision.action = DecisionAction.LocalAnswer
          decision.local = NO_RECORDS
          break
        }
        policy.decideName(query.lookupName, query, atTarget)
        takeOver(decision, atTarget)
      }
      if (policy.sawShadow) policy.tryShadow(query)
      return outcomeOf(query)
    },
  }
}

function outcomeOf(query: QueryContext): Outcome {
  const { decision } = query
  if (decision.isTcpOnly && query.transport === Transport.Udp) return Outcome.Answered
  switch (decision.action) {
    case DecisionAction.Block:
      query.logOutcome = BLOCKED
      return decision.block?.kind === 'drop' ? Outcome.Dropped : Outcome.Answered
    case DecisionAction.LocalAnswer:
    case DecisionAction.SpecialUse:
      if (!isInternet(query)) query.fault = 'unsupported-class'
      query.logOutcome = query.aliases.length > 0 ? REWRITTEN : LOCAL
      return Outcome.Answered
    default:
      return Outcome.Continue
  }
}

/** Own records and special names are of class IN; a block answer covers every class. */
const isInternet = ({ view }: QueryContext): boolean => view.qclass === RrClass.IN || view.qclass === RrClass.ANY

/** Replaces the name to look up. @returns false when it becomes longer than a name may be */
function followAlias(query: QueryContext, alias: NameTarget): boolean {
  const { lookupName, lookupNameLength } = query
  const keptOctets = alias.isSuffix ? lookupNameLength - alias.sourceLength : 0
  const length = keptOctets + alias.target.length
  if (length > MAX_NAME_OCTETS) return false
  const target = new Uint8Array(length)
  copyOctets(lookupName, 0, keptOctets, target, 0)
  target.set(alias.target, keptOctets)
  query.lookupName = target
  query.lookupNameLength = length
  query.aliases.push({ target, ttlSeconds: alias.ttlSeconds })
  return true
}

/** What is decided for the target holds; the alias stays the reason unless the target is blocked. */
function takeOver(decision: Decision, target: Decision): void {
  const isBlock = target.action === DecisionAction.Block
  decision.action = target.action
  if (isBlock) {
    decision.reason = target.reason
    decision.ruleId = target.ruleId
    decision.listId = target.listId
    decision.listedLabels = target.listedLabels
  }
  decision.block = target.block
  decision.local = target.local
  decision.alias = target.alias
  decision.specialUse = target.specialUse
  decision.specialOffset = target.specialOffset
  decision.upstreams = target.upstreams
  decision.forwardRuleId = target.forwardRuleId
  decision.isExemptFromLists = target.isExemptFromLists
  decision.isTcpOnly ||= target.isTcpOnly
}
