/**
 * Names that have their own meaning and are not to be asked of anybody (design section 3, step 3).
 *
 * | names                               | answer                 | source                                            |
 * |-------------------------------------|------------------------|---------------------------------------------------|
 * | localhost                           | loopback               | RFC 6761 §6.3                                     |
 * | invalid, test                       | NXDOMAIN               | RFC 6761 §6.4, §6.2; `example` is looked up, §6.5 |
 * | local and link-local reverse zones  | NXDOMAIN               | RFC 6762 §22.1                                    |
 * | onion                               | NXDOMAIN               | RFC 7686 §2                                       |
 * | alt                                 | NXDOMAIN               | RFC 9476 §2, §4                                   |
 * | home.arpa                           | NODATA, below NXDOMAIN | RFC 8375 §4; DS of the name itself is looked up   |
 * | service.arpa                        | NODATA, below NXDOMAIN | RFC 9665 §8.3; DS of the name itself is looked up |
 * | resolver.arpa                       | NODATA                 | RFC 9462 §6.4, §8                                 |
 * | _dns.resolver.arpa, and `_dns.` in front of the certificate's names, for SVCB | our DoT and DoH | RFC 9462 §4, §5 |
 * | ipv4only.arpa and its two reverse names, with DNS64 | the prefix, NODATA, below NXDOMAIN | RFC 8880 §7.2; without DNS64 looked up, §7.1 |
 * | reverse zones of private ranges     | NODATA, below NXDOMAIN | RFC 6303 §4, RFC 7793                             |
 * | 127.0.0.1 and ::1 in reverse        | localhost              | RFC 1912 §4.1                                     |
 * | use-application-dns.net             | NXDOMAIN               | Firefox's canary: this network has a resolver with a policy |
 *
 * Own rules can say otherwise, since these names are used inside networks: a local answer or an alias for the very name
 * always wins, a forward rule wins except for `localhost` and `invalid` (one for the root does not: it means "everything
 * else"), and an own allow rule lifts a canary. `resolver.arpa` is never forwarded either: it is about the resolver that is
 * asked.
 */
import { toWire } from '@weir/shared/dns/domain-name'
import type { AddressPrefix } from '@weir/shared/dns/ip-address'
import { RrType } from '@weir/shared/dns/rr-type'
import { SpecialUse } from '../query/decision.ts'
import type { Designation, LocalAnswer } from '../query/policy-parts.ts'
import { type NameHasher, type NameOctets, NameScratch, newSuffixHashes } from './name-hash.ts'
import { prefixTellers } from './nat64-names.ts'

export interface SpecialName {
  readonly name: string
  /** Answer for the name itself, and for all below it. */
  readonly atName: SpecialUse
  readonly below: SpecialUse
  /** A forward rule that is not the root's takes such names. */
  readonly mayForward: boolean
  /** An own allow rule at or below the name lifts the answer. */
  readonly isCanary: boolean
  /** DS of the name itself proves to validators that it is unsigned: looked up. */
  readonly looksUpDs: boolean
  /** Names end with this many labels of `name`. */
  readonly depth: number
  /** For `Records`. */
  readonly local: LocalAnswer | null
}

const { NxDomain, NoData, Loopback, Records, LoopbackPointer } = SpecialUse

const special = (
  name: string,
  atName: SpecialUse,
  below: SpecialUse,
  more: Partial<SpecialName> = {},
): SpecialName => ({
  name,
  atName,
  below,
  mayForward: true,
  isCanary: false,
  looksUpDs: false,
  depth: name.split('.').length,
  local: null,
  ...more,
})

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
/** ip6.arpa zone of leading nibbles, such as `fe8`. */
const ipv6Zone = (nibbles: string): string => `${[...nibbles].reverse().join('.')}.ip6.arpa`

/** RFC 6303 §4.2 to §4.6, RFC 7793 (100.64.0.0/10); zones that exist here and are empty. */
const REVERSE_ZONES: readonly string[] = [
  '10.in-addr.arpa',
  ...range(16, 31).map((octet) => `${octet}.172.in-addr.arpa`),
  '168.192.in-addr.arpa',
  ...range(64, 127).map((octet) => `${octet}.100.in-addr.arpa`),
  '0.in-addr.arpa',
  '127.in-addr.arpa',
  '254.169.in-addr.arpa',
  '2.0.192.in-addr.arpa',
  '100.51.198.in-addr.arpa',
  '113.0.203.in-addr.arpa',
  '255.255.255.255.in-addr.arpa',
  ipv6Zone('0'.repeat(32)),
  ipv6Zone('fd'),
  ...['8', '9', 'a', 'b'].map((nibble) => ipv6Zone(`fe${nibble}`)),
  ipv6Zone('20010db8'),
]

const SPECIAL_NAMES: readonly SpecialName[] = [
  special('localhost', Loopback, Loopback, { mayForward: false }),
  special('invalid', NxDomain, NxDomain, { mayForward: false }),
  special('test', NxDomain, NxDomain),
  special('local', NxDomain, NxDomain),
  special('onion', NxDomain, NxDomain),
  special('alt', NxDomain, NxDomain),
  special('home.arpa', NoData, NxDomain, { looksUpDs: true }),
  special('service.arpa', NoData, NxDomain, { looksUpDs: true }),
  special('resolver.arpa', NoData, NoData, { mayForward: false }),
  special('1.0.0.127.in-addr.arpa', LoopbackPointer, NxDomain),
  special(ipv6Zone(`${'0'.repeat(31)}1`), LoopbackPointer, NxDomain),
  special('use-application-dns.net', NxDomain, NxDomain, { isCanary: true }),
  ...REVERSE_ZONES.map((zone) => special(zone, NoData, NxDomain)),
]

/** Names of the certificate that the resolver answers for; more are not looked at. */
const MAX_DESIGNATED_NAMES = 16

interface HashedName {
  readonly second: number
  readonly entry: SpecialName
}

/** Finds special names by the suffix hashes that a decision has at hand. */
export class SpecialNames {
  readonly #byHash = new Map<number, HashedName>()
  readonly #topLevels = new Set<number>()
  readonly #hasher: NameHasher
  /** Special for type SVCB alone, and without those below; null: none. */
  readonly #designated: ReadonlyMap<number, HashedName> | null

  /**
   * @param designation null: neither DoT nor DoH
   * @param nat64 the prefix of DNS64; null: switched off
   */
  constructor(hasher: NameHasher, designation: Designation | null = null, nat64: AddressPrefix | null = null) {
    this.#hasher = hasher
    const tellers = nat64 === null ? [] : prefixTellers(nat64)
    const ofNat64 = tellers.map(({ name, answer }) => special(name, Records, NxDomain, { local: answer }))
    for (const entry of [...SPECIAL_NAMES, ...ofNat64]) {
      const hashes = this.#add(this.#byHash, entry)
      this.#topLevels.add(hashes[2]!)
    }
    this.#designated = designation && this.#hashDesignated(designation)
  }

  #hashDesignated({ names, answer }: Designation): ReadonlyMap<number, HashedName> {
    const designated = new Map<number, HashedName>()
    for (const name of ['resolver.arpa', ...names.slice(0, MAX_DESIGNATED_NAMES)]) {
      // The zone of the certificate's name may be served inside, and say what it likes.
      const mayForward = name !== 'resolver.arpa'
      this.#add(designated, special(`_dns.${name}`, Records, NoData, { mayForward, local: answer }))
    }
    return designated
  }

  #add(table: Map<number, HashedName>, entry: SpecialName): Int32Array {
    const scratch = new NameScratch()
    const hashes = newSuffixHashes()
    scratch.read(toWire(entry.name))
    this.#hasher.hashSuffixes(scratch, hashes)
    table.set(hashes[2 * entry.depth]!, { second: hashes[2 * entry.depth + 1]!, entry })
    return hashes
  }

  /** The longest special name that `name` is or is below, or null. */
  find(name: NameOctets, hashes: Int32Array, qtype: number): SpecialName | null {
    if (qtype === RrType.SVCB && this.#designated !== null) {
      const found = foundAt(this.#designated, hashes, name.labelCount)
      if (found !== null) return found
    }
    if (name.labelCount === 0 || !this.#topLevels.has(hashes[2]!)) return null
    for (let depth = name.labelCount; depth > 0; depth--) {
      const entry = foundAt(this.#byHash, hashes, depth)
      if (entry === null) continue
      const isDsQuery = depth === name.labelCount && qtype === RrType.DS && entry.looksUpDs
      return isDsQuery ? null : entry
    }
    return null
  }
}

function foundAt(table: ReadonlyMap<number, HashedName>, hashes: Int32Array, depth: number): SpecialName | null {
  const found = table.get(hashes[2 * depth]!)
  const isIt = found !== undefined && found.entry.depth === depth && found.second === hashes[2 * depth + 1]
  return isIt ? found.entry : null
}
