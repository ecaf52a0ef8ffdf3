/**
 * The decision on a name to its end: aliases are followed as the pipeline follows them. Explanations and simulations come
 * by here; live queries do the same in the pipeline, where each step may have to wait.
 */
import { fromWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import { Decision, DecisionAction } from '../query/decision.ts'
import type { NameTarget } from '../query/policy-parts.ts'
import type { QueryClient } from '../query/query-client.ts'
import { decide } from './decide.ts'
import type { DecisionTrace } from './decision-trace.ts'
import { NameScratch } from './name-hash.ts'
import type { Policy } from './policy.ts'

/** The pipeline follows as many. */
const MAX_ALIASES = 8

export class Judge {
  /** On the name asked for. */
  readonly first = new Decision()
  /** On the name that it ends with; the same while no alias leads on. */
  last: Decision = this.first
  /** Wire labels of that name. */
  finalName: Uint8Array = new Uint8Array(1)
  /** An alias led on from the name asked for. */
  get isAliased(): boolean {
    return this.first.action === DecisionAction.Alias
  }
  readonly #followed = new Decision()
  readonly #scratch = new NameScratch()

  /**
   * @param wire   uncompressed labels, lower case
   * @param onNext told each name that an alias leads to, before it is decided on
   */
  judge(
    policy: Policy,
    wire: Uint8Array,
    qtype: number,
    client: QueryClient,
    nowMs: number,
    trace: DecisionTrace | null = null,
    onNext?: (wire: Uint8Array) => void,
  ): void {
    this.finalName = wire
    this.last = this.first
    this.#scratch.read(wire)
    decide(policy, this.#scratch, qtype, client, nowMs, this.first, trace)
    for (let count = 0; this.last.action === DecisionAction.Alias && count < MAX_ALIASES; count++) {
      const next = aliasedName(this.finalName, this.last.alias!)
      if (next === null) return
      this.finalName = next
      this.last = this.#followed
      onNext?.(next)
      // RFC 1034 §3.6.2: who asks for the CNAME itself gets it, and it is not followed.
      if (qtype === RrType.CNAME) return answerWithAlias(this.last, next)
      this.#scratch.read(next)
      decide(policy, this.#scratch, qtype, client, nowMs, this.last, trace)
    }
  }
}

function answerWithAlias(decision: Decision, target: Uint8Array): void {
  decision.reset()
  decision.action = DecisionAction.LocalAnswer
  const record = { rrType: RrType.CNAME, rdata: target, text: `CNAME ${fromWire(target)}` }
  decision.local = { ipv4: [], ipv6: [], pointers: [], records: [record], rcode: 0, ttlSeconds: 0 }
}

/** @returns null when labels and target together are too long for a name */
function aliasedName(name: Uint8Array, { target, isSuffix, sourceLength }: NameTarget): Uint8Array | null {
  if (!isSuffix) return target
  const kept = name.subarray(0, name.length - sourceLength)
  return kept.length + target.length > 255 ? null : Uint8Array.from([...kept, ...target])
}
