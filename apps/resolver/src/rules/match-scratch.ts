/** The question that is being decided and what matches it: one per policy, used again for each query. */
import type { CompiledRule } from './compiled-rule.ts'
import type { DecisionTrace } from './decision-trace.ts'
import { type NameOctets, newSuffixHashes } from './name-hash.ts'
import { Verdict } from './verdict.ts'

export class MatchScratch {
  name: NameOctets = { qname: new Uint8Array(1), labelOffsets: new Uint8Array(0), labelCount: 0 }
  qtype = 0
  groupId = 0
  /** 16 octets. */
  clientAddress: Uint8Array = new Uint8Array(16)
  nowMs = 0
  trace: DecisionTrace | null = null
  /** Suffixes of fewer labels are not looked at: an address as a name has nothing above it. */
  leastDepth = 0

  readonly hashes = newSuffixHashes()
  readonly own = new Verdict()
  readonly lists = new Verdict()
  /** The most specific alias or local answer, and forward rule. */
  answer: CompiledRule | null = null
  answerDepth = 0
  /** Further local answers for the same name: their records are given too. */
  readonly alsoAnswers: CompiledRule[] = []
  forward: CompiledRule | null = null
  forwardDepth = 0
  readonly patterns: CompiledRule[] = []
}
