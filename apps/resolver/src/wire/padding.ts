/**
 * Padding of messages that go encrypted, so that their lengths tell less of the names (RFC 7830), in blocks of the sizes that
 * RFC 8467 §4.1 recommends.
 */
import { copyOctets, readUint16, writeUint16 } from './octets.ts'
import type { QueryView } from './query-view.ts'

export const QUERY_BLOCK_OCTETS = 128
export const RESPONSE_BLOCK_OCTETS = 468

const PADDING_OPTION = 12
const OPTION_HEADER_OCTETS = 4
/** In the OPT record. */
const RDLENGTH_OFFSET = 9
const ZEROS = new Uint8Array(RESPONSE_BLOCK_OCTETS)

/** Does the query hold a Padding option? Only then a response may (RFC 7830 §4). */
export function asksForPadding(message: Uint8Array, { optionsOffset, optionsLength }: QueryView): boolean {
  const end = optionsOffset + optionsLength
  for (
    let at = optionsOffset;
    at + OPTION_HEADER_OCTETS <= end;
    at += OPTION_HEADER_OCTETS + readUint16(message, at + 2)
  )
    if (readUint16(message, at) === PADDING_OPTION) return true
  return false
}

/**
 * Adds a Padding option to the message's last record, the OPT record at `optOffset`.
 * @param length octets of the message without it
 * @param limit octets that the message may have; what does not fill a block then is as long as that
 * @returns octets of the message
 */
export function padMessage(
  message: Uint8Array,
  length: number,
  optOffset: number,
  blockOctets: number,
  limit: number,
): number {
  const start = length + OPTION_HEADER_OCTETS
  if (start > limit) return length
  const octets = Math.min(limit - start, (blockOctets - (start % blockOctets)) % blockOctets)
  writeUint16(message, length, PADDING_OPTION)
  writeUint16(message, length + 2, octets)
  copyOctets(ZEROS, 0, octets, message, start)
  const rdlength = optOffset + RDLENGTH_OFFSET
  writeUint16(message, rdlength, readUint16(message, rdlength) + OPTION_HEADER_OCTETS + octets)
  return start + octets
}
