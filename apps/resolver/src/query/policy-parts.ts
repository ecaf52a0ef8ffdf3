/** Pieces of compiled policy that stages read. Made once per configuration, shared by all queries, never edited. */

/** How a blocked name is answered, all parts resolved: rule, else list, else group, else global. */
export interface BlockPlan {
  readonly kind: 'null' | 'nxdomain' | 'nodata' | 'refused' | 'drop' | 'addresses'
  /** Each 4 octets; several rotate. */
  readonly ipv4: readonly Uint8Array[]
  /** Each 16 octets. */
  readonly ipv6: readonly Uint8Array[]
  /** RDATA of a TXT answer (RFC 1035 §3.3.14), or null. */
  readonly txtRdata: Uint8Array | null
  /** Preference and exchange on the wire, uncompressed, or null. */
  readonly mxRdata: Uint8Array | null
  readonly ttlSeconds: number
  /** INFO-CODE of RFC 8914. */
  readonly extendedErrorCode: number
  /** EXTRA-TEXT of the Extended DNS Error (RFC 8914), UTF-8; empty: no text. Null: no EDE at all. */
  readonly extendedErrorText: Uint8Array | null
}

/** One record of a local answer, of any type but A, AAAA and CNAME. */
export interface LocalRecord {
  readonly rrType: number
  /** Uncompressed. */
  readonly rdata: Uint8Array
  /** Type and data, for people. */
  readonly text: string
}

/** What Weir itself answers with. */
export interface LocalAnswer {
  readonly ipv4: readonly Uint8Array[]
  readonly ipv6: readonly Uint8Array[]
  /** Names for PTR answers, on the wire, uncompressed; only for reverse names. */
  readonly pointers: readonly Uint8Array[]
  readonly records: readonly LocalRecord[]
  /** NOERROR, or an error without records. */
  readonly rcode: number
  readonly ttlSeconds: number
  /** Sent along in the additional section, where there is room. */
  readonly additional?: { readonly owner: Uint8Array; readonly addresses: readonly Uint8Array[] }
}

/** The encrypted resolvers that stand for this one (RFC 9462): its own listeners for DoT and DoH. */
export interface Designation {
  /** Names of the certificate, without wildcards. */
  readonly names: readonly string[]
  /** Records of type SVCB. */
  readonly answer: LocalAnswer
}

/** The name to look up instead. */
export interface NameTarget {
  /** Wire labels, lower case, with the final zero. */
  readonly target: Uint8Array
  /** Suffix aliases keep the labels below their own name in front of `target`. */
  readonly isSuffix: boolean
  /** Octets of the rule's own name on the wire, final zero included: what stands before it is kept. */
  readonly sourceLength: number
  readonly ttlSeconds: number
}

/** Servers that are asked together, and the number that keeps their answers apart in the cache. */
export interface UpstreamGroup {
  /** Small, stable for the life of the process per distinct server set: part of the cache key. */
  readonly id: number
  readonly servers: readonly string[]
  readonly strategy: 'failover' | 'round-robin' | 'fastest' | 'parallel'
  readonly timeoutMs: number
  readonly attempts: number
}

/** One IP rewrite (DNS doctoring): addresses in answers under `prefix` become those under `target`. */
export interface AddressRewrite {
  /** 4 or 16 octets, host bits zero. */
  readonly prefix: Uint8Array
  readonly prefixBits: number
  /** The same length as `prefix`. */
  readonly target: Uint8Array
  readonly ruleId: number
}
