/**
 * Records of zone files as text (RFC 1035 §5.1): owner, then TTL and class in any order, type and data. What stands between
 * brackets is one line, however many it takes.
 *
 * ```
 *  ads 1h30m IN CNAME .        ads IN 60 CNAME .        ads CNAME (    ; a comment
 *                                                          . )
 * ```
 */

/** Types that a line is taken for a record by, wherever it stands. */
const TYPES =
  'CNAME|A|AAAA|TXT|SPF|MX|SOA|NS|DNAME|PTR|SRV|CAA|SVCB|HTTPS|NAPTR|TLSA|SMIMEA|SSHFP|LOC|URI|HINFO|DS|CDS|DNSKEY|CDNSKEY|' +
  'RRSIG|NSEC3?|NSEC3PARAM|ZONEMD|TYPE\\d{1,5}'
const PERIOD = '(?:\\d+[smhdw])*\\d+[smhdw]?'
const CLASS = 'IN|CH|CS|HS'
const BODY = `(?:(?:${PERIOD}|${CLASS})\\s+){0,2}(?:${TYPES})\\s+\\S`
const RECORD = new RegExp(`^\\S+\\s+${BODY}`, 'i')
const OWNERLESS = new RegExp(`^${BODY}`, 'i')

const WITHOUT_DATA = new RegExp(`^\\S+\\s+(?:(?:${PERIOD}|${CLASS})\\s+){0,2}(?:${TYPES})$`, 'i')

/** Owner and type, and nothing behind them. */
export const endsAtType = (text: string): boolean => WITHOUT_DATA.test(text)

/** Lines that one record may take; a bracket that is never closed swallows no more. */
const MAX_RECORD_LINES = 64
const MAX_RECORD_CHARACTERS = 4096

/** Several words, of which one says a type. */
export const isRecord = (text: string): boolean => RECORD.test(text)
/** The same without an owner, as indented lines have it. */
export const isOwnerless = (text: string): boolean => OWNERLESS.test(text)

/** The lines of a record whose bracket is open, put together. */
export class OpenRecord {
  text: string
  #depth: number
  #lines = 1

  constructor({ text, depth }: Folded) {
    this.text = text
    this.#depth = depth
  }

  get isOpen(): boolean {
    return this.#depth > 0
  }

  /** More brackets are closed than were opened. */
  get isOverclosed(): boolean {
    return this.#depth < 0
  }

  /** @returns false when the record is longer than any may be */
  add(line: string): boolean {
    const { text, depth } = fold(line)
    this.text = `${this.text} ${text}`.trimEnd()
    this.#depth += depth
    this.#lines++
    return this.#lines <= MAX_RECORD_LINES && this.text.length <= MAX_RECORD_CHARACTERS
  }
}

interface Folded {
  /** Without comment and brackets. */
  readonly text: string
  /** Brackets opened and not closed; below zero: closed that were opened before. */
  readonly depth: number
}

/** Comments and brackets do not count in quotes and behind a backslash. */
export function fold(line: string): Folded {
  if (!/[();]/.test(line)) return { text: line.trim(), depth: 0 }
  let text = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!
    if (sign === '\\') text += line.slice(at, ++at + 1)
    else if (sign === '"') {
      isQuoted = !isQuoted
      text += sign
    } else if (isQuoted || !/[();]/.test(sign)) text += sign
    else if (sign === ';') break
    else {
      depth += sign === '(' ? 1 : -1
      text += ' '
    }
  }
  return { text: text.trim(), depth }
}

export interface ZoneRecord {
  readonly owner: string
  /** 0: not said. */
  readonly ttlSeconds: number
  /** Upper case. */
  readonly type: string
  readonly data: string
}

/** @param text folded; a record as `isRecord` knows it. @returns a reason when it is of no use */
export function readRecord(text: string): ZoneRecord | string {
  const [owner = '', ...words] = text.split(/\s+/, 4)
  const isPeriod = (word: string): boolean => new RegExp(`^${PERIOD}$`, 'i').test(word)
  const isClass = (word: string): boolean => new RegExp(`^(?:${CLASS})$`, 'i').test(word)
  let ttlSeconds = 0
  let at = 0
  for (; at < 2 && (isPeriod(words[at] ?? '') || isClass(words[at] ?? '')); at++) {
    const word = words[at]!
    if (isPeriod(word)) ttlSeconds = secondsOf(word)
    else if (!/^IN$/i.test(word)) return `records of class ${word.toUpperCase()} are not what clients ask for`
  }
  const type = words[at] ?? ''
  const head = new RegExp(`^(?:\\S+\\s+){${at + 2}}`).exec(text)?.[0] ?? ''
  return { owner, ttlSeconds, type: type.toUpperCase(), data: text.slice(head.length) }
}

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `3600`, `1h30m`. */
function secondsOf(period: string): number {
  let sum = 0
  for (const [, number = '', unit = ''] of period.toLowerCase().matchAll(/(\d+)([smhdw]?)/g))
    sum += Number(number) * SECONDS_OF_UNIT[unit]!
  return sum
}
