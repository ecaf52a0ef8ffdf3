/**
 * DNS64 (RFC 6147): the answer to an AAAA question made of the answer to the A question for the same name.
 *
 * Aliases stay as they are; each A record becomes an AAAA record with the address inside; signatures, which would no longer
 * fit, and all that is no answer are left out.
 */
import { type AddressPrefix, formatPrefix, IPV4_OCTETS, IPV6_OCTETS } from '@weir/shared/dns/ip-address'
import { embedIpv4, WELL_KNOWN_NAT64 } from '@weir/shared/dns/nat64'
import { RrType } from '@weir/shared/dns/rr-type'
import { addressKind } from '@weir/shared/dns/special-address'
import { RecordCopier } from './copy-records.ts'
import { clearAuthenticData, HEADER_OCTETS, HeaderOffset } from './header.ts'
import { copyOctets, writeUint16, writeUint32 } from './octets.ts'
import { RecordCursor, Section } from './walk-records.ts'

const MAX_MESSAGE_OCTETS = 65_535
/** A record's type stands so many octets in front of its RDATA, its TTL and its length as follows. */
const TYPE_BEFORE = 10
const TTL_BEFORE = 6
const LENGTH_BEFORE = 2
const ALIAS_TYPES: ReadonlySet<number> = new Set([RrType.CNAME, RrType.DNAME])

/** One cursor serves all calls: they run to their end before the next one starts, and each thread has its own module. */
const cursor = new RecordCursor()

/** RFC 6052 §3.1: the well-known prefix is for global addresses; but for those that tell of it (RFC 7050 §2.2). */
function mayEmbed(prefix: AddressPrefix, message: Uint8Array, at: number): boolean {
  if (formatPrefix(prefix) !== WELL_KNOWN_NAT64) return true
  const address = message.subarray(at, at + IPV4_OCTETS)
  const isTeller = address[0] === 192 && address[1] === 0 && address[2] === 0 && address[3]! >> 1 === 85
  return isTeller || addressKind(address) === 'global'
}

const isAddress = (): boolean =>
  cursor.section === Section.Answer && cursor.rrType === RrType.A && cursor.rdataLength === IPV4_OCTETS

/** Has the answer an IPv4 address that can be put into the prefix? */
export function canSynthesise(message: Uint8Array, length: number, prefix: AddressPrefix): boolean {
  cursor.start(message, length)
  while (cursor.next()) if (isAddress() && mayEmbed(prefix, message, cursor.rdataOffset)) return true
  return false
}

/** One per thread. */
export class Ipv6Synthesiser {
  readonly #copier = new RecordCopier()
  readonly #out = new Uint8Array(MAX_MESSAGE_OCTETS)

  /**
   * @param message has passed `checkResponse`
   * @returns the answer, good until the next call
   */
  run(message: Uint8Array, length: number, prefix: AddressPrefix, maxTtlSeconds: number): Uint8Array {
    const out = this.#out
    cursor.start(message, length)
    let offset = cursor.end
    copyOctets(message, 0, offset, out, 0)
    writeUint16(out, offset - 4, RrType.AAAA)
    this.#copier.begin(message, out, out.length - IPV6_OCTETS)
    this.#copier.rememberQuestion(HEADER_OCTETS)
    let count = 0
    while (cursor.next() && cursor.section === Section.Answer) {
      const isTaken = isAddress() ? mayEmbed(prefix, message, cursor.rdataOffset) : ALIAS_TYPES.has(cursor.rrType)
      if (!isTaken) continue
      const end = this.#copier.copy(cursor, offset)
      if (end < 0) break
      offset = isAddress() ? widen(message, out, end - IPV4_OCTETS, prefix, maxTtlSeconds) : end
      count++
    }
    writeUint16(out, HeaderOffset.ancount, count)
    writeUint16(out, HeaderOffset.nscount, 0)
    writeUint16(out, HeaderOffset.arcount, 0)
    clearAuthenticData(out)
    return out.subarray(0, offset)
  }
}

/** Makes an AAAA record of the copied A record whose RDATA is at `rdata`. @returns the offset behind it */
function widen(message: Uint8Array, out: Uint8Array, rdata: number, prefix: AddressPrefix, maxTtl: number): number {
  writeUint16(out, rdata - TYPE_BEFORE, RrType.AAAA)
  writeUint32(out, rdata - TTL_BEFORE, Math.min(cursor.ttlSeconds, maxTtl))
  writeUint16(out, rdata - LENGTH_BEFORE, IPV6_OCTETS)
  embedIpv4(prefix, message, cursor.rdataOffset, out, rdata)
  return rdata + IPV6_OCTETS
}
