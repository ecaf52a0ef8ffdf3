/**
 * Reads the lines that make up nearly all of every list, straight from octets and without an object per line.
 *
 * ```
 *  # …   ! …   ; …                      comment           0.0.0.0 NAME   127.0.0.1 NAME   ::1 NAME      exact
 *  NAME                                 exact             address=/NAME/  local=/…/  server=/…/       suffix
 *  ||NAME  ||NAME^  @@||NAME^           suffix            local-zone: "NAME." always_nxdomain         suffix
 *  *.NAME                               by dialect        NAME CNAME .    *.NAME CNAME .              exact, subdomains
 * ```
 * Everything else is left to `parseRuleLine`, whose reading this must share: a line that both understand means the same.
 */
import { type NameClass, nameClass } from './name-class.ts'

/** What `read` returns instead of a class. */
export const COMMENT = -1
export const NOT_SIMPLE = -2

/** 253 octets of text are 255 on the wire. */
const MAX_NAME_TEXT = 253
const MAX_LABEL = 63

const octetsOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const TAB = 0x09
const SPACE = 0x20
const BANG = 0x21
const HASH = 0x23
const STAR = 0x2a
const HYPHEN = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const NINE = 0x39
const SEMICOLON = 0x3b
const AT = 0x40
const CARET = 0x5e
const BAR = 0x7c

/** The lower-case octet of what may stand in a plain name, dots included; 0 for everything else. */
const NAME_OCTET = new Uint8Array(256)
for (const octet of octetsOf('abcdefghijklmnopqrstuvwxyz0123456789-_.')) NAME_OCTET[octet] = octet
for (const octet of octetsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) NAME_OCTET[octet] = octet + 32

const NULL_ADDRESSES = ['0.0.0.0', '127.0.0.1', '::1', '::'].map(octetsOf)
const DNSMASQ = ['address=/', 'local=/', 'server=/'].map(octetsOf)
const LOCAL_ZONE = octetsOf('local-zone: "')
const ZONE_TYPES = [
  'always_null',
  'always_nxdomain',
  'always_refuse',
  'always_nodata',
  'always_deny',
  'static',
  'refuse',
  'deny',
]
const ZONE_ENDS = ZONE_TYPES.map((type) => octetsOf(`" ${type}`))
const CNAME_ROOT = octetsOf('CNAME .')
/** `rpz-ip`, `rpz-client-ip` and the like. */
const RPZ = octetsOf('rpz-')
/** Hosts files' own names begin so, or have no dot. */
const LOCALHOST = octetsOf('localhost')

export class SimpleLine {
  /** The name of the last line, canonical; `length` octets. */
  readonly name = new Uint8Array(MAX_NAME_TEXT)
  length = 0
  /** The name was written with a final dot, which is left out. */
  hasFinalDot = false
  readonly #exact: NameClass
  readonly #suffix: NameClass
  readonly #subdomains: NameClass
  readonly #star: NameClass
  readonly #allowSuffix = nameClass('allow', 'suffix', false)

  /** @param kind of the list: in an allow list, lines that block elsewhere allow */
  constructor(kind: 'block' | 'allow', wildcardsMeanSuffix: boolean) {
    this.#exact = nameClass(kind, 'exact', false)
    this.#suffix = nameClass(kind, 'suffix', false)
    this.#subdomains = nameClass(kind, 'subdomains', false)
    this.#star = wildcardsMeanSuffix ? this.#suffix : this.#subdomains
  }

  /** @returns the class of the name now in `name`, COMMENT, or NOT_SIMPLE */
  read(octets: Uint8Array, start: number, lineEnd: number): NameClass | typeof COMMENT | typeof NOT_SIMPLE {
    let end = lineEnd
    while (end > start && isBlank(octets[end - 1]!)) end--
    let at = start
    while (at < end && isBlank(octets[at]!)) at++
    if (at === end) return COMMENT
    const first = octets[at]!
    if (first === BANG || first === SEMICOLON || first === HASH)
      return isPlainComment(octets, at, end) ? COMMENT : NOT_SIMPLE
    if (first === BAR)
      return startsWith(octets, at, end, BAR_BAR) ? this.#adblock(octets, at + 2, end, this.#suffix) : NOT_SIMPLE
    if (first === AT)
      return startsWith(octets, at, end, AT_BAR) ? this.#adblock(octets, at + 4, end, this.#allowSuffix) : NOT_SIMPLE
    if (first === STAR) return octets[at + 1] === DOT ? this.#wildcard(octets, at + 2, end) : NOT_SIMPLE
    return this.#keyword(octets, at, end)
  }

  #keyword(octets: Uint8Array, at: number, end: number): number {
    for (const address of NULL_ADDRESSES)
      if (startsWith(octets, at, end, address) && isBlank(octets[at + address.length]!))
        return this.#hosts(octets, at + address.length, end)
    for (const option of DNSMASQ)
      if (startsWith(octets, at, end, option)) {
        const next = this.#readName(octets, at + option.length, end)
        return next === end - 1 && octets[next] === SLASH ? this.#suffix : NOT_SIMPLE
      }
    if (startsWith(octets, at, end, LOCAL_ZONE)) return this.#localZone(octets, at + LOCAL_ZONE.length, end)
    return this.#plain(octets, at, end)
  }

  #adblock(octets: Uint8Array, at: number, end: number, found: NameClass): number {
    const next = this.#readName(octets, at, end)
    // A final dot with no mark behind it says that more labels follow.
    if (next === end) return this.hasFinalDot ? NOT_SIMPLE : found
    return next === end - 1 && octets[next] === CARET ? found : NOT_SIMPLE
  }

  #wildcard(octets: Uint8Array, at: number, end: number): number {
    const next = this.#readName(octets, at, end)
    if (next < 0) return NOT_SIMPLE
    if (next === end) return this.#star
    return this.#isCnameRoot(octets, next, end) ? this.#subdomains : NOT_SIMPLE
  }

  #hosts(octets: Uint8Array, at: number, end: number): number {
    let from = at
    while (isBlank(octets[from]!)) from++
    const next = this.#readName(octets, from, end)
    return this.#endsOrComments(octets, next, end) && this.#isForeignName() ? this.#exact : NOT_SIMPLE
  }

  #plain(octets: Uint8Array, at: number, end: number): number {
    const next = this.#readName(octets, at, end)
    if (next < 0 || !this.#isForeignName()) return NOT_SIMPLE
    if (this.#endsOrComments(octets, next, end)) return this.#exact
    return this.#isCnameRoot(octets, next, end) ? this.#exact : NOT_SIMPLE
  }

  #localZone(octets: Uint8Array, at: number, end: number): number {
    const next = this.#readName(octets, at, end)
    if (next < 0) return NOT_SIMPLE
    for (const zoneEnd of ZONE_ENDS)
      if (end - next === zoneEnd.length && startsWith(octets, next, end, zoneEnd)) return this.#suffix
    return NOT_SIMPLE
  }

  #isCnameRoot(octets: Uint8Array, at: number, end: number): boolean {
    let from = at
    while (from < end && isBlank(octets[from]!)) from++
    const isRecord = from > at && end - from === CNAME_ROOT.length && startsWith(octets, from, end, CNAME_ROOT)
    return isRecord && !this.#isTrigger()
  }

  /** Is the last label one of RPZ's, behind an address or a name server? */
  #isTrigger(): boolean {
    let at = this.length
    while (at > 0 && this.name[at - 1] !== DOT) at--
    return startsWith(this.name, at, this.length, RPZ)
  }

  #endsOrComments(octets: Uint8Array, at: number, end: number): boolean {
    if (at < 0 || at === end) return at === end
    let from = at
    while (from < end && isBlank(octets[from]!)) from++
    return from > at && octets[from] === HASH
  }

  /** Not one of a hosts file's own names (they have no dot or begin with localhost), and not an address. */
  #isForeignName(): boolean {
    return this.#hasDot && !startsWith(this.name, 0, this.length, LOCALHOST)
  }

  #hasDot = false

  /**
   * Copies the name at `from` in lower case, without a final dot.
   * @returns where it ends, or -1 when it is not plain (empty or long labels, too long, digits only)
   */
  #readName(octets: Uint8Array, from: number, end: number): number {
    const name = this.name
    let at = from
    let length = 0
    let labelStart = 0
    let firstDot = -1
    let hasLetter = false
    for (; at < end; at++) {
      const octet = NAME_OCTET[octets[at]!]!
      if (octet === 0) break
      if (length === MAX_NAME_TEXT) return -1
      if (octet === DOT) {
        if (!isLabelLength(length - labelStart)) return -1
        if (firstDot < 0) firstDot = length
        labelStart = length + 1
      }
      hasLetter ||= octet > NINE || octet === HYPHEN
      name[length++] = octet
    }
    // The label before a final dot has been checked already.
    this.hasFinalDot = length > 0 && labelStart === length
    if (this.hasFinalDot) length--
    else if (!isLabelLength(length - labelStart)) return -1
    if (!hasLetter) return -1
    this.length = length
    this.#hasDot = firstDot >= 0 && firstDot < length
    return at
  }
}

const isLabelLength = (length: number): boolean => length > 0 && length <= MAX_LABEL

const BAR_BAR = octetsOf('||')
const AT_BAR = octetsOf('@@||')

const isBlank = (octet: number): boolean => octet === SPACE || octet === TAB

function startsWith(octets: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (end - at < prefix.length) return false
  for (let i = 0; i < prefix.length; i++) if (octets[at + i] !== prefix[i]) return false
  return true
}

/** `!#include` is told, and `##` and `#@#` begin cosmetic rules, which are counted; `#`, a space and text are a comment. */
function isPlainComment(octets: Uint8Array, at: number, end: number): boolean {
  if (octets[at] === HASH) return at + 1 === end || isBlank(octets[at + 1]!)
  return octets[at] === SEMICOLON || at + 1 === end || octets[at + 1] !== HASH
}
