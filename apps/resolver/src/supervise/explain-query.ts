/** "Why?" for one question: the decision with its trace, and what the cache holds for the name it ends with. */
import type { Explanation, TraceStep } from '@weir/shared/contract/explain'
import { parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { RrClass } from '@weir/shared/dns/rr-class'
import { parseRrType } from '@weir/shared/dns/rr-type'
import { Decision } from '../query/decision.ts'
import type { QueryClient } from '../query/query-client.ts'
import { CacheHit, type ResponseCache } from '../query/response-cache.ts'
import { decideName } from '../rules/decide.ts'
import { explain } from '../rules/explain.ts'
import type { LivePolicy } from '../threads/live-policy.ts'
import { describeAnswer } from '../wire/slow-path.ts'

const MAX_MESSAGE_OCTETS = 65_535

export interface Asked {
  readonly name: string
  readonly type: string
  readonly client: string
}

/** @returns a text where the question makes no sense */
export function explainQuery(
  live: LivePolicy,
  cache: ResponseCache | null,
  asked: Asked,
  nowMs: number,
): Explanation | string {
  const name = parseDomainName(asked.name, { allowRoot: true })
  if (!name.ok) return name.error
  const qtype = parseRrType(asked.type)
  if (qtype === undefined) return `'${asked.type}' is not a query type`
  const address = parseAddress(asked.client)
  if (!address) return `'${asked.client}' is not an address`
  const clientAddress = toMapped(address)
  const client = { clientAddress, groupId: live.groupOf(clientAddress) }
  const explanation = explain(live.policy, { name: name.value, qtype, client, nowMs })
  const cached = cache && cachedAnswer(live, cache, toWire(explanation.decision.finalName), qtype, client, nowMs)
  if (!cached) return explanation
  const step: TraceStep = { step: 'answer', outcome: 'passed', detail: `in the cache: ${cached}`, matches: [] }
  return { ...explanation, trace: [...explanation.trace, step] }
}

/** The cached answer in words, as plain clients (without DO and CD) would get it; undefined where none is asked for or kept. */
function cachedAnswer(
  { policy }: LivePolicy,
  cache: ResponseCache,
  name: Uint8Array,
  qtype: number,
  client: QueryClient,
  nowMs: number,
): string | undefined {
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
  return `${describeAnswer(message, hit.length) || 'no records'}, ${hit.ageSeconds} s old`
}
