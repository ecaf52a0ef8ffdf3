/**
 * The header of a message, read and written in place (RFC 1035 §4.1.1, AD and CD: RFC 4035 §3.1.6).
 *
 * ```
 *                                  1  1  1  1  1  1
 *    0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 *  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *  |                      ID                       |  0
 *  |QR|   OPCODE  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |  2
 *  |                    QDCOUNT                    |  4
 *  |                    ANCOUNT                    |  6
 *  |                    NSCOUNT                    |  8
 *  |                    ARCOUNT                    | 10
 *  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * ```
 */
import { readUint16, writeUint16 } from './octets.ts'

export const HEADER_OCTETS = 12

/** Bits of the second 16-bit word, and masks for the numbers in it. */
export const Flag = {
  QR: 0x8000,
  OPCODE: 0x7800,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  AD: 0x0020,
  CD: 0x0010,
  RCODE: 0x000f,
} as const

/** Offsets of the header's words. */
export const HeaderOffset = { id: 0, flags: 2, qdcount: 4, ancount: 6, nscount: 8, arcount: 10 } as const

export const readId = (message: Uint8Array): number => readUint16(message, HeaderOffset.id)
export const writeId = (message: Uint8Array, id: number): void => writeUint16(message, HeaderOffset.id, id)
export const readFlags = (message: Uint8Array): number => readUint16(message, HeaderOffset.flags)

/** Clears AD: whoever changes an answer may no longer call it authentic (RFC 4035 §3.1.6). */
export function clearAuthenticData(message: Uint8Array): void {
  message[3]! &= ~Flag.AD
}
