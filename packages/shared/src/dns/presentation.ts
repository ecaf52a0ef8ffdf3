/**
 * Fields of records as text (RFC 1035 §5.1, RFC 9460 appendix A): quotes, `\X` and `\DDD`.
 *
 * ```
 *  10 "a b" key="x,y"   →   10 │ a b │ key=x,y        escapes stay until `decodeText` reads the field
 * ```
 */

const BACKSLASH = 0x5c
const encoder = new TextEncoder()

/** The fields of a line, without their quotes; undefined when a quote stays open. */
export function splitFields(text: string): string[] | undefined {
  const fields: string[] = []
  let field = ''
  let isOpen = false
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') {
      field += text.slice(at, at + 2)
      at++
      isOpen = true
    } else if (character === '"') {
      isQuoted = !isQuoted
      isOpen = true
    } else if (!isQuoted && /\s/.test(character)) {
      if (isOpen) fields.push(field)
      field = ''
      isOpen = false
    } else {
      field += character
      isOpen = true
    }
  }
  if (isQuoted) return undefined
  if (isOpen) fields.push(field)
  return fields
}

/** The octets that a field stands for: UTF-8, `\DDD` an octet, `\X` the character X. Undefined for a broken escape. */
export function decodeText(field: string): Uint8Array | undefined {
  const octets: number[] = []
  for (let at = 0; at < field.length; ) {
    const escaped = field.charCodeAt(at) === BACKSLASH ? /^\\(?:(\d{3})|([^\d]))/su.exec(field.slice(at, at + 4)) : null
    if (escaped === null && field.charCodeAt(at) === BACKSLASH) return undefined
    if (escaped?.[1] !== undefined) {
      if (Number(escaped[1]) > 255) return undefined
      octets.push(Number(escaped[1]))
      at += 4
      continue
    }
    const character = escaped?.[2] ?? String.fromCodePoint(field.codePointAt(at)!)
    octets.push(...encoder.encode(character))
    at += character.length + (escaped ? 1 : 0)
  }
  return Uint8Array.from(octets)
}

/** Octets as a quoted string that `splitFields` and `decodeText` read back. */
export const quoteText = (octets: Uint8Array): string => `"${[...octets].map(escapeOctet).join('')}"`

function escapeOctet(octet: number): string {
  if (octet === 0x22 || octet === BACKSLASH) return `\\${String.fromCharCode(octet)}`
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, '0')}`
}
