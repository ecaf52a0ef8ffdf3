/**
 * The distinct questions of a segment of the query log, for simulations: who asked for which name and type in which
 * quarter of an hour, and how often.
 *
 * ```
 *   base quarter | Δ name id | client id | QTYPE | quarter − base | count | Δ name id | …      all LEB128 varints
 * ```
 * Sorted by name, client, type and quarter, so that a common name costs an octet. Schedules begin and end at quarters of
 * an hour nearly always, in every time zone.
 */

export const QUARTER_MS = 15 * 60_000

export interface AskedQuestion {
  readonly nameId: number
  readonly clientId: number
  readonly qtype: number
  /** QUARTER_MS since the Unix epoch. */
  readonly quarter: number
}

export const quarterOf = (atMs: number): number => Math.floor(atMs / QUARTER_MS)

/** @param questions of one segment, in any order; equal ones are counted together */
export function encodeAsked(questions: readonly AskedQuestion[]): Uint8Array {
  if (questions.length === 0) return new Uint8Array(0)
  const base = questions.reduce((least, { quarter }) => Math.min(least, quarter), Number.POSITIVE_INFINITY)
  const sorted = [...questions].sort(compare)
  const out = new VarintWriter(questions.length * 8)
  out.write(base)
  let nameId = 0
  for (let i = 0; i < sorted.length; ) {
    const question = sorted[i]!
    let end = i + 1
    while (end < sorted.length && compare(question, sorted[end]!) === 0) end++
    out.write(question.nameId - nameId)
    out.write(question.clientId)
    out.write(question.qtype)
    out.write(question.quarter - base)
    out.write(end - i)
    nameId = question.nameId
    i = end
  }
  return out.finish()
}

type Visit = (nameId: number, clientId: number, qtype: number, quarter: number, count: number) => void

/** Octets that make no sense end the walk. */
export function decodeAsked(octets: Uint8Array, visit: Visit): void {
  let at = 0
  const read = (): number => {
    // Nearly all are of one octet.
    const first = octets[at] ?? 0
    if (first < 0x80) {
      at++
      return first
    }
    let value = 0
    for (let scale = 1; at < octets.length; scale *= 128) {
      const octet = octets[at++]!
      value += (octet & 0x7f) * scale
      if (octet < 0x80) break
    }
    return value
  }
  const base = read()
  let nameId = 0
  while (at < octets.length) {
    nameId += read()
    const clientId = read()
    const qtype = read()
    const quarter = base + read()
    visit(nameId, clientId, qtype, quarter, read())
  }
}

const compare = (a: AskedQuestion, b: AskedQuestion): number =>
  a.nameId - b.nameId || a.clientId - b.clientId || a.qtype - b.qtype || a.quarter - b.quarter

class VarintWriter {
  #octets: Uint8Array
  #length = 0

  constructor(capacity: number) {
    this.#octets = new Uint8Array(Math.max(64, capacity))
  }

  write(value: number): void {
    // Eight octets hold what a number can.
    if (this.#length + 8 > this.#octets.length) {
      const larger = new Uint8Array(this.#octets.length * 2)
      larger.set(this.#octets)
      this.#octets = larger
    }
    let rest = value
    while (rest >= 0x80) {
      this.#octets[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#octets[this.#length++] = rest
  }

  finish(): Uint8Array {
    return this.#octets.slice(0, this.#length)
  }
}
