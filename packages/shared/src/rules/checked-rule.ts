/** A rule that has passed `checkRule`: what is stored, compiled and printed. */
import type { BlockAnswer } from '../contract/block-answer.ts'
import type { Action, MatchKind } from '../contract/rules.ts'

export interface CheckedRule {
  readonly action: Action
  readonly match: MatchKind
  /** Canonical: a name (dns/domain-name.ts), an address or prefix in RFC 5952 form, or a regular expression as written. */
  readonly pattern: string
  readonly enabled: boolean
  readonly important: boolean
  /** Mnemonics in the order of their numbers, each once, those with `~` behind; empty: all types. */
  readonly queryTypes: readonly string[]
  /** Addresses, prefixes and names, `~` before it: not this one. Sorted; absent: all. */
  readonly clients?: readonly string[]
  readonly clientTags?: readonly string[]
  /** Canonical names; absent: none. */
  readonly exceptNames?: readonly string[]
  readonly ttlSeconds: number | null
  /** Ascending, each once; empty: all groups. */
  readonly groups: readonly number[]
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number | null
  readonly comment: string
  /** Id of the schedule by which it holds. Absent: always. */
  readonly schedule?: number
  /** Only records what it would do. Absent: it acts. */
  readonly shadow?: true
  /** Switches off the rules that say the same but for this. Absent: no. */
  readonly badfilter?: true
  /** Regular expressions only: for the names in which it is not found. */
  readonly inverted?: true
  /** `allow` only: canonical value of `$dnsrewrite` (rewrite-value.ts), empty for every one. Absent: a rule that allows. */
  readonly exceptRewrite?: string
  /** `allow` only. */
  readonly tcpOnly?: true
  /**
   * `allow`: a more specific block stands above it. `block` by name, not important: so does a more specific local answer, alias
   * or forward rule. Absent: none does.
   */
  readonly yields?: true
  /** `block` only, and only if it says something. */
  readonly answer?: BlockAnswer
  /** `forward` only: canonical upstream addresses, in the order given. */
  readonly servers?: readonly string[]
  /** `rewrite` of names only. */
  readonly ipv4?: readonly string[]
  readonly ipv6?: readonly string[]
  /** `rewrite` of names: canonical text (dns/record-data.ts), no addresses; CNAME alone. */
  readonly records?: readonly string[]
  /** `rewrite` of names: mnemonic; NOERROR without records is NODATA. */
  readonly rcode?: string
  readonly overridesBlock?: true
  /** `alias`: a canonical name. `rewrite` of addresses: an address or prefix. */
  readonly target?: string
}

/** What is wrong with one field of a rule; `field` is its JSON name, dotted below objects (`answer.mx`). */
export interface FieldFault {
  readonly field: string
  readonly message: string
}
