/**
 * Where RDATA holds domain names that may be compressed (RFC 3597 §4): whoever moves such a record has to move the
 * names with care. Names in newer types (SVCB, RRSIG, NSEC …) are never compressed, and are plain octets here.
 */
import { RrClass } from '@weir/shared/dns/rr-class'
import { RrType } from '@weir/shared/dns/rr-type'
import { readName, skipName } from './read-name.ts'
import type { RecordCursor } from './walk-records.ts'

export interface NameLayout {
  /** Octets in front of the first name; NAPTR's are counted by `octetsBeforeNames`. */
  readonly before: number
  readonly nameCount: 1 | 2
  /** Octets behind the last name, or null where there may be any number. */
  readonly behind: number | null
  /** RFC 3597 §4: only the types of RFC 1035 may be sent compressed. */
  readonly mayCompress: boolean
}

const old = (before: number, nameCount: 1 | 2, behind = 0): NameLayout => ({
  before,
  nameCount,
  behind,
  mayCompress: true,
})
const plain = (before: number, nameCount: 1 | 2, behind: number | null = 0): NameLayout => ({
  before,
  nameCount,
  behind,
  mayCompress: false,
})

const LAYOUTS: ReadonlyMap<number, NameLayout> = new Map([
  [RrType.NS, old(0, 1)],
  [RrType.MD, old(0, 1)],
  [RrType.MF, old(0, 1)],
  [RrType.CNAME, old(0, 1)],
  [RrType.SOA, old(0, 2, 20)],
  [RrType.MB, old(0, 1)],
  [RrType.MG, old(0, 1)],
  [RrType.MR, old(0, 1)],
  [RrType.PTR, old(0, 1)],
  [RrType.MINFO, old(0, 2)],
  [RrType.MX, old(2, 1)],
  [RrType.RP, plain(0, 2)],
  [RrType.AFSDB, plain(2, 1)],
  [RrType.RT, plain(2, 1)],
  [RrType.SIG, plain(18, 1, null)],
  [RrType.PX, plain(2, 2)],
  [RrType.NXT, plain(0, 1, null)],
  [RrType.SRV, plain(6, 1)],
  [RrType.NAPTR, plain(4, 1)],
  [RrType.KX, plain(2, 1)],
  [RrType.DNAME, plain(0, 1)],
])

/** Undefined for types whose RDATA is copied octet by octet. */
export const nameLayout = (rrType: number): NameLayout | undefined => LAYOUTS.get(rrType)

/** Octets from the RDATA's start to its first name. May be more than the RDATA has: the caller checks. */
export function octetsBeforeNames(message: Uint8Array, record: RecordCursor, layout: NameLayout): number {
  if (record.rrType !== RrType.NAPTR) return layout.before
  // RFC 3403 §4.1: order, preference, then the three character-strings flags, services and regexp.
  let before = layout.before
  for (let i = 0; i < 3; i++) before += 1 + (message[record.rdataOffset + before] ?? 0)
  return before
}

/**
 * True when the RDATA is as long as its type wants and its names are whole, lead backwards, and have at most 255
 * octets. Types without names and without a fixed length are always sound.
 * @param scratch MAX_NAME_OCTETS long, overwritten
 */
export function isRdataSound(message: Uint8Array, length: number, record: RecordCursor, scratch: Uint8Array): boolean {
  const { rrType, rdataLength } = record
  if (record.rrClass === RrClass.IN) {
    if (rrType === RrType.A) return rdataLength === 4
    if (rrType === RrType.AAAA) return rdataLength === 16
  }
  const layout = LAYOUTS.get(rrType)
  if (!layout) return true
  let position = record.rdataOffset + octetsBeforeNames(message, record, layout)
  for (let i = 0; i < layout.nameCount; i++) {
    if (position >= record.end || readName(message, length, position, scratch) < 0) return false
    position = skipName(message, length, position)
  }
  return layout.behind === null ? position <= record.end : position + layout.behind === record.end
}
