/**
 * Domain names: text ↔ canonical text ↔ wire labels.
 *
 * Canonical text has lower-case letters (RFC 4343), A-labels (RFC 5890) and no final dot; the root alone is `.`.
 * Letters, digits, `-` and `_` stand for themselves. Every other octet is escaped (RFC 1035 §5.1, RFC 4343 §2.1): a dot
 * inside a label as `\.`, a backslash as `\\`, the rest as `\DDD`. So a canonical name holds no space, quote, bracket,
 * equals sign or control octet, and can be printed and stored anywhere; two names are equal if their texts are.
 */
import { fail, ok, type Result } from '../result.ts'

/** RFC 1035 §2.3.4: octets of a name on the wire, its final zero included. */
export const MAX_NAME_OCTETS = 255
/** RFC 1035 §2.3.4: octets of one label. */
export const MAX_LABEL_OCTETS = 63
/** Every octet escaped as `\DDD` is the longest that a name can be as text; longer input is refused unread. */
const MAX_TEXT_CHARACTERS = 1024

const DOT = 0x2e
const BACKSLASH = 0x5c

/** Names without escapes: their text is canonical, apart from lengths and the final dot. */
const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: asks for "all ASCII"
const ASCII = /^[\x00-\x7f]*$/

export interface DomainNameOptions {
  /** Accept `.` (as `.`). */
  readonly allowRoot?: boolean
}

/**
 * Checks a name as people and lists write it and makes it canonical. One final dot is dropped, upper case lowered,
 * names with non-ASCII characters turned into A-labels (UTS 46 as the URL standard applies it).
 *
 * Hyphens and digits may stand anywhere, as DNS allows them. ASCII characters besides letters, digits, `-` and `_`
 * must be written escaped.
 * @returns the reason, in words for the user, when it is not a name
 */
export function parseDomainName(text: string, options: DomainNameOptions = {}): Result<string, string> {
  if (text === '.') return options.allowRoot === true ? ok('.') : fail('the root is not allowed here')
  if (text === '') return fail('the name is empty')
  if (text.length > MAX_TEXT_CHARACTERS) return fail('the name is longer than 255 octets')
  const ascii = ASCII.test(text) ? ok(text.toLowerCase()) : toALabels(text)
  if (!ascii.ok) return ascii
  const name = ascii.value
  if (PLAIN.test(name)) return checkLengths(name.endsWith('.') ? name.slice(0, -1) : name)
  const wire = new Uint8Array(MAX_NAME_OCTETS)
  const length = writeWire(name, wire, false)
  return typeof length === 'string' ? fail(length) : ok(fromWire(wire))
}

function checkLengths(name: string): Result<string, string> {
  // Text of plain labels is two octets shorter than the wire: the first length octet and the final zero.
  if (name.length > MAX_NAME_OCTETS - 2) return fail('the name is longer than 255 octets')
  if (name.length > MAX_LABEL_OCTETS)
    for (const label of name.split('.')) if (label.length > MAX_LABEL_OCTETS) return fail(tooLong(label))
  return ok(name)
}

const tooLong = (label: string): string => `label '${label.slice(0, 20)}…' is longer than 63 octets`

function toALabels(text: string): Result<string, string> {
  // Only these ASCII characters may reach the URL parser, so that nothing in the name can end its host part.
  const odd = /[^a-zA-Z0-9_.\-\u0080-\u{10ffff}]/u.exec(text)
  if (odd) return fail(`character ${show(odd[0].codePointAt(0)!)} is not allowed in an internationalised name`)
  try {
    // The last label keeps the host from being read as a number, as in `１.２`.
    const host = new URL(`http://${text.replace(/[.\u3002\uff0e\uff61]$/u, '')}.x`).hostname
    return host.endsWith('.x') ? ok(host.slice(0, -2)) : fail('not a valid internationalised name')
  } catch {
    return fail('not a valid internationalised name')
  }
}

const show = (code: number): string =>
  code > 0x20 && code < 0x7f
    ? `'${String.fromCharCode(code)}'`
    : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`

const isPlain = (octet: number): boolean =>
  (octet >= 0x61 && octet <= 0x7a) || (octet >= 0x30 && octet <= 0x39) || octet === 0x2d || octet === 0x5f

/**
 * Writes ASCII text as wire labels; one final dot is allowed.
 * @param lenient takes unescaped odd characters as they are
 * @returns octets written, or the reason why it is not a name
 */
function writeWire(text: string, out: Uint8Array, lenient: boolean): number | string {
  let at = 1
  let labelStart = 0
  for (let i = 0; i < text.length; ) {
    if (text.charCodeAt(i) === DOT) {
      if (at - labelStart === 1) return 'the name has an empty label'
      i++
      if (i === text.length) break
      out[labelStart] = at - labelStart - 1
      labelStart = at++
      continue
    }
    const read = readOctet(text, i, lenient)
    if (typeof read === 'string') return read
    if (at - labelStart > MAX_LABEL_OCTETS) return tooLong(text.slice(Math.max(0, i - MAX_LABEL_OCTETS)))
    if (at >= MAX_NAME_OCTETS - 1) return 'the name is longer than 255 octets'
    out[at++] = read.octet
    i += read.characters
  }
  if (at - labelStart === 1) return 'the name has an empty label'
  out[labelStart] = at - labelStart - 1
  out[at++] = 0
  return at
}

/** One octet of a label, lower case, and the characters that wrote it. */
function readOctet(text: string, at: number, lenient: boolean): { octet: number; characters: number } | string {
  const code = text.charCodeAt(at)
  if (code !== BACKSLASH)
    return lenient || isPlain(code)
      ? { octet: lowerCase(code), characters: 1 }
      : `character ${show(code)} is not allowed in a name`
  const digits = /^\d{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
  const next = text.charCodeAt(at + 1)
  if (digits?.length === 3 && Number(digits) <= 255) return { octet: lowerCase(Number(digits)), characters: 4 }
  if (digits === undefined && next > 0x20 && next < 0x7f) return { octet: lowerCase(next), characters: 2 }
  return `'${text.slice(at, at + 4)}' is not an escape of the form \\X or \\DDD`
}

const lowerCase = (octet: number): number => (octet >= 0x41 && octet <= 0x5a ? octet + 32 : octet)

/**
 * Wire labels of a canonical name, lower case, with the final zero.
 * @throws RangeError for text that `parseDomainName` does not accept; user input goes through that first
 */
export function toWire(name: string): Uint8Array {
  if (name === '.' || name === '') return new Uint8Array(1)
  const out = new Uint8Array(MAX_NAME_OCTETS)
  const length = ASCII.test(name) ? writeWire(name, out, true) : 'not ASCII'
  if (typeof length === 'string') throw new RangeError(`'${name.slice(0, 80)}' is no canonical name: ${length}`)
  return out.slice(0, length)
}

const ESCAPED: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (isPlain(lowerCase(octet))) return String.fromCharCode(lowerCase(octet))
  if (octet === DOT || octet === BACKSLASH) return `\\${String.fromCharCode(octet)}`
  return `\\${String(octet).padStart(3, '0')}`
})

/**
 * Canonical text of the uncompressed name at `offset`.
 * @throws RangeError when it runs past the end, is longer than 255 octets or holds a compression pointer
 */
export function fromWire(octets: Uint8Array, offset = 0): string {
  let text = ''
  let at = offset
  while (true) {
    const length = octets[at]
    if (length === undefined) throw new RangeError('name runs past the end')
    if (length === 0) return text === '' ? '.' : text
    if (length > MAX_LABEL_OCTETS) throw new RangeError('compression pointer or reserved label type in a name')
    const end = at + 1 + length
    if (end >= octets.length) throw new RangeError('name runs past the end')
    if (end + 1 - offset > MAX_NAME_OCTETS) throw new RangeError('name is longer than 255 octets')
    if (text !== '') text += '.'
    for (let i = at + 1; i < end; i++) text += ESCAPED[octets[i]!]!
    at = end
  }
}

/** Labels of a canonical name, leftmost first, escapes kept; none for the root. */
export function splitLabels(name: string): string[] {
  if (name === '.' || name === '') return []
  return name.includes('\\') ? (name.match(/(?:\\.|[^.\\])+/g) ?? []) : name.split('.')
}

/** Is canonical `name` the same as canonical `ancestor`, or below it? */
export function isAtOrBelow(name: string, ancestor: string): boolean {
  if (name === ancestor || ancestor === '.') return true
  if (!name.endsWith(`.${ancestor}`)) return false
  // A dot that is escaped belongs to a label: count the backslashes before it.
  let backslashes = 0
  for (let i = name.length - ancestor.length - 2; i >= 0 && name.charCodeAt(i) === BACKSLASH; i--) backslashes++
  return backslashes % 2 === 0
}
