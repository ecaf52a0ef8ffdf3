/**
 * IP rewrite (DNS doctoring): addresses in an upstream's answer become other ones, longest prefix first, on cached
 * answers too. What was signed no longer is: AD is cleared and the signatures are left out.
 */
import { RrType } from '@weir/shared/dns/rr-type'
import type { AddressRewrite } from '../../query/policy-parts.ts'
import type { QueryContext } from '../../query/query-context.ts'
import { RecordCopier } from '../../wire/copy-records.ts'
import { clearAuthenticData, HEADER_OCTETS, HeaderOffset } from '../../wire/header.ts'
import { copyOctets, writeUint16 } from '../../wire/octets.ts'
import { RecordCursor, Section } from '../../wire/walk-records.ts'
import type { PolicySource } from '../policy-source.ts'

const SIGNATURE_TYPES: ReadonlySet<number> = new Set([RrType.RRSIG, RrType.NSEC, RrType.NSEC3])

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
    while (cursor.next() && cursor.section !== Section.Additional) {
      const { rrType, rdataOffset, end } = cursor
      hasSignatures ||= SIGNATURE_TYPES.has(rrType)
      if (cursor.section !== Section.Answer || (rrType !== RrType.A && rrType !== RrType.AAAA)) continue
      const rewrite = policy.findAddressRewrite(stored.subarray(rdataOffset, end), query)
      if (!rewrite) continue
      applyRewrite(stored, rdataOffset, rewrite)
      ruleId ||= rewrite.ruleId
    }
    if (ruleId === 0) return 0
    clearAuthenticData(stored)
    if (hasSignatures) this.#removeSignatures(query, stored)
    return ruleId
  }

  #removeSignatures(query: QueryContext, stored: Uint8Array): void {
    const out = new Uint8Array(query.storedLength)
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
