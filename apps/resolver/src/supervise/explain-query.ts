/** "Why?" for one question: the decision with its trace, what the cache holds for the name it ends with, and where it leads. */

import { parseClientId } from '@weir/shared/clients/client-identifier'
import type { ExplainCommand, Explanation, TraceStep } from '@weir/shared/contract/explain'
import { parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { RrClass } from '@weir/shared/dns/rr-class'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { Decision } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { CacheHit, type ResponseCache } from '../query/response-cache.ts'
import { decideName } from '../rules/decide.ts'
import { explain } from '../rules/explain.ts'
import type { Databases, InquiryRequest } from '../store/inquiry-messages.ts'
import type { LivePolicy } from '../threads/live-policy.ts'
import { describeAnswer } from '../wire/slow-path.ts'

const MAX_MESSAGE_OCTETS = 65_535

/** What a question is, once it has been understood. */
interface Question {
  /** Canonical. */
  readonly name: string
  readonly qtype: number
  /** 16 octets. */
  readonly clientAddress: Uint8Array
  /** Empty: none. */
  readonly clientId: string
}

/** @returns a text where the question makes no sense */
function understand(asked: ExplainCommand): Question | string {
  const name = parseDomainName(asked.name, { allowRoot: true })
  if (!name.ok) return name.error
  const qtype = parseRrType(asked.type)
  if (qtype === undefined) return `'${asked.type}' is not a query type`
  const address = parseAddress(asked.client)
  if (!address) return `'${asked.client}' is not an address`
  const clientId = asked.clientId === undefined ? '' : parseClientId(asked.clientId)
  if (clientId === undefined) return `'${asked.clientId}' is no client id`
  return { name: name.value, qtype, clientAddress: toMapped(address), clientId }
}

/** By the policy of now. @returns a text where the question makes no sense */
export function explainQuery(
  live: LivePolicy,
  cache: ResponseCache | null,
  asked: ExplainCommand,
  nowMs: number,
): Explanation | string {
  const question = understand(asked)
  if (typeof question === 'string') return question
  const { name, qtype, clientAddress, clientId } = question
  const client = { clientAddress, clientId, groupId: live.groupOf(clientAddress, clientId) }
  const request = { name, qtype, client, nowMs, identifiedBy: live.describeClient(clientAddress, clientId) }
  const { revision } = live.policy
  const { finalName } = explain(live.policy, request).decision
  const cached = cache && cachedAnswer(live, cache, toWire(finalName), qtype, client, nowMs)
  const explanation = explain(live.policy, { ...request, targets: targetsIn(cached?.text ?? '') })
  const more = { policy: { revision, at: nowMs, isPast: false, change: null, missing: [] }, now: null, logged: null }
  if (!cached) return { ...explanation, ...more }
  const detail = `in the cache: ${cached.text || 'no records'}, ${cached.ageSeconds} s old`
  const step: TraceStep = { step: 'answer', outcome: 'passed', detail, matches: [] }
  return { ...explanation, ...more, trace: [...explanation.trace, step] }
}

/** By the policy of a moment of the past, in a thread. @returns a text where the question makes no sense */
export function pastRequest(
  databases: Databases,
  asked: ExplainCommand & { readonly at: number },
  nowMs: number,
): InquiryRequest | string {
  const question = understand(asked)
  if (typeof question === 'string') return question
  return { ...databases, question: { ...question, atMs: asked.at, nowMs, targets: targetsIn(asked.answer ?? '') } }
}

/** Names of the CNAME records in an answer as text. */
const targetsIn = (answer: string): string[] =>
  answer.split(', ').flatMap((record) => {
    const name = record.startsWith('CNAME ') ? parseDomainName(record.slice('CNAME '.length)) : undefined
    return name?.ok ? [name.value] : []
  })

/** The cached answer in words, as plain clients (without DO and CD) would get it; undefined where none is asked for or kept. */
function cachedAnswer(
  { policy }: LivePolicy,
  cache: ResponseCache,
  name: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
): { text: string; ageSeconds: number } | undefined {
  const decision = new Decision()
  decideName(policy, name, qtype, client, nowMs, decision)
  if (decision.upstreams === null) return undefined
  const key = {
    name,
    nameLength: name.length,
    qtype,
    qclass: RrClass.IN,
    dnssecOk: false,
    checkingDisabled: false,
    upstreamGroupId: decision.upstreams.id,
  }
  const message = new Uint8Array(MAX_MESSAGE_OCTETS)
  const hit = new CacheHit()
  if (!cache.lookUp(key, nowMs, 0, message, hit)) return undefined
  return { text: describeAnswer(message, hit.length), ageSeconds: hit.ageSeconds }
}
