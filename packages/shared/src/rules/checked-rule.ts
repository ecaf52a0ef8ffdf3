/** A rule that has passed `checkRule`: what is stored, compiled and printed. */
import type { Action, BlockAnswer, MatchKind } from '../contract/rules.ts'

export interface CheckedRule {
  readonly action: Action
  readonly match: MatchKind
  /** Canonical: a name (dns/domain-name.ts), an address or prefix in RFC 5952 form, or a regular expression as written. */
  readonly pattern: string
  readonly enabled: boolean
  readonly important: boolean
  /** Mnemonics in the order of their numbers, each once; empty: all types. */
  readonly queryTypes: readonly string[]
  readonly ttlSeconds: number | null
  /** Ascending, each once; empty: all groups. */
  readonly groups: readonly number[]
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number | null
  readonly comment: string
  /** `block` only, and only if it says something. */
  readonly answer?: BlockAnswer
  /** `forward` only: canonical upstream addresses, in the order given. */
  readonly servers?: readonly string[]
  /** `rewrite` of names only. */
  readonly ipv4?: readonly string[]
  readonly ipv6?: readonly string[]
  /** `alias`: a canonical name. `rewrite` of addresses: an address or prefix. */
  readonly target?: string
}

/** What is wrong with one field of a rule; `field` is its JSON name, dotted below objects (`answer.mx`). */
export interface FieldFault {
  readonly field: string
  readonly message: string
}
