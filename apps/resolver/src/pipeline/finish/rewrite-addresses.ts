/**
 * IP rewrite (DNS doctoring): addresses in an upstream's answer (A, AAAA, hints of HTTPS and SVCB) become other ones, longest prefix first, on cached
 * answers too. What was signed no longer is: AD is cleared and the signatures are left out.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import type { AddressRewrite } from '../../query/policy-parts.ts'
import type { QueryContext } from '../../query/query-context.ts'
import { RecordCopier } from '../../wire/copy-records.ts'
import { clearAuthenticData, HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { copyOctets, writeUint16 } from '../../wire/octets.ts'
import { forEachAddress } from '../../wire/record-addresses.ts'
import { RecordCursor, Section } from '../../wire/walk-records.ts'
import type { PolicySource } from '../policy-source.ts'

const SIGNATURE_TYPES: ReadonlySet<number> = new Set([RrType.RRSIG, RrType.NSEC, RrType.NSEC3])

/** The longest DNS message. */
const MAX_MESSAGE_OCTETS = 65_535

/** Puts the target's network bits in front of the address's host bits, in place. */
function applyRewrite(message: Uint8Array, offset: number, { target, prefixBits }: AddressRewrite): void {
  for (let i = 0; i < target.length; i++) {
    const networkBits = Math.min(Math.max(prefixBits - i * 8, 0), 8)
    const mask = (0xff00 >> networkBits) & 0xff
    message[offset + i] = (target[i]! & mask) | (message[offset + i]! & ~mask & 0xff)
  }
}

export class AddressRewriter {
  readonly #cursor = new RecordCursor()
  readonly #copier = new RecordCopier()

  /** Changes `query.stored` (its own copy, never the cache's). @returns the id of the first rule that applied, 0: none */
  rewrite(query: QueryContext, policy: PolicySource): number {
    const stored = query.stored!
    const cursor = this.#cursor
    let ruleId = 0
    let hasSignatures = false
    cursor.start(stored, query.storedLength)
    while (cursor.next()) {
      hasSignatures ||= SIGNATURE_TYPES.has(cursor.rrType)
      forEachAddress(stored, cursor, (offset, octets) => {
        const rewrite = policy.findAddressRewrite(stored.subarray(offset, offset + octets), query)
        if (!rewrite) return false
        applyRewrite(stored, offset, rewrite)
        ruleId ||= rewrite.ruleId
        return false
      })
    }
    if (ruleId === 0) return 0
    clearAuthenticData(stored)
    if (hasSignatures) this.#removeSignatures(query, stored)
    return ruleId
  }

  #removeSignatures(query: QueryContext, stored: Uint8Array): void {
    // Names that cannot be compressed in the copy may make it longer than what was left out made it shorter.
    const out = new Uint8Array(MAX_MESSAGE_OCTETS)
    const cursor = this.#cursor
    cursor.start(stored, query.storedLength)
    copyOctets(stored, 0, cursor.end, out, 0)
    this.#copier.begin(stored, out, out.length)
    this.#copier.rememberQuestion(HEADER_OCTETS)
    const counts = [0, 0, 0, 0]
    let offset = cursor.end
    while (cursor.next()) {
      if (SIGNATURE_TYPES.has(cursor.rrType)) continue
      const end = this.#copier.copy(cursor, offset)
      if (end < 0) break
      offset = end
      counts[cursor.section]!++
    }
    writeUint16(out, HeaderOffset.ancount, counts[Section.Answer]!)
    writeUint16(out, HeaderOffset.nscount, counts[Section.Authority]!)
    writeUint16(out, HeaderOffset.arcount, counts[Section.Additional]!)
    query.stored = out
    query.storedLength = offset
  }
}
