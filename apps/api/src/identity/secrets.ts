/** Random secrets, their digests, and comparison in constant time. weir.db holds digests only. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

const SECRET_OCTETS = 32
/** Crockford's base 32: no I, L, O, U to misread. */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_GROUPS = 4
const CODE_GROUP_CHARACTERS = 4

/** 256 bits, base64url. */
export const randomSecret = (): string => randomBytes(SECRET_OCTETS).toString('base64url')

/** SHA-256 in hex. Enough for random secrets; passwords go through argon2id (password.ts). */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Compares in a time that tells nothing about where they differ, nor about the lengths. */
export const equalSecrets = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())

/** A code for a person to copy: 80 bits as `XXXX-XXXX-XXXX-XXXX`. */
export function randomCode(): string {
  const group = (): string =>
    Array.from({ length: CODE_GROUP_CHARACTERS }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('')
  return Array.from({ length: CODE_GROUPS }, group).join('-')
}

/** As typed: without case, spaces and dashes; O, I and L read as the digits they look like. */
export const normaliseCode = (code: string): string =>
  code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
