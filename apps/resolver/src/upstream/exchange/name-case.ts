/**
 * Names with letters in random case (draft-vixie-dnsext-dns0x20), which a reply must repeat: 32 random bits say which
 * letters are upper case, one bit a letter, and from the 33rd letter on once more. No forger guesses 32 bits.
 */

/** What tells a small letter from its capital. */
const CASE_BIT = 0x20

/** Octets of a-z: label lengths end at 63, so none of them is one. */
const isLowerCase = (octet: number): boolean => octet >= 0x61 && octet <= 0x7a

const nextBit = (bits: number): number => (bits >>> 1) | (bits << 31)

/** Writes `name` in the case that `bits` say; 0: as it is. @param name plain wire labels in lower case */
export function writeNameInCase(name: Uint8Array, bits: number, out: Uint8Array, offset: number): void {
  let left = bits
  for (let i = 0; i < name.length; i++) {
    const octet = name[i]!
    const isLetter = isLowerCase(octet)
    out[offset + i] = isLetter && (left & 1) === 1 ? octet - CASE_BIT : octet
    if (isLetter) left = nextBit(left)
  }
}

/** True when `message` has `name` at `offset`, in that case. Behind its end nothing is equal. */
export function isNameInCase(message: Uint8Array, offset: number, name: Uint8Array, bits: number): boolean {
  let left = bits
  for (let i = 0; i < name.length; i++) {
    const octet = name[i]!
    const isLetter = isLowerCase(octet)
    if (message[offset + i] !== (isLetter && (left & 1) === 1 ? octet - CASE_BIT : octet)) return false
    if (isLetter) left = nextBit(left)
  }
  return true
}
