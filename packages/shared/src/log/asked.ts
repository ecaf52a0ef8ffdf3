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

export const quarterOf = (atMs: number): number => Math.floor(atMs / QUARTER_MS)

/** Questions of one segment, a column each: as objects they would be as many thousand to collect. */
export class AskedQuestions {
  readonly #nameIds: Float64Array
  readonly #clientIds: Float64Array
  readonly #qtypes: Uint16Array
  /** QUARTER_MS since the Unix epoch. */
  readonly #quarters: Float64Array
  #count = 0

  /** @param capacity questions at most; name ids times it are below 2^53 */
  constructor(capacity: number) {
    this.#nameIds = new Float64Array(capacity)
    this.#clientIds = new Float64Array(capacity)
    this.#qtypes = new Uint16Array(capacity)
    this.#quarters = new Float64Array(capacity)
  }

  add(nameId: number, clientId: number, qtype: number, quarter: number): void {
    const at = this.#count++
    this.#nameIds[at] = nameId
    this.#clientIds[at] = clientId
    this.#qtypes[at] = qtype
    this.#quarters[at] = quarter
  }

  /** Equal ones are counted together. */
  encode(): Uint8Array {
    if (this.#count === 0) return new Uint8Array(0)
    const base = this.#quarters.subarray(0, this.#count).reduce((least, quarter) => Math.min(least, quarter))
    const order = this.#sorted()
    const out = new VarintWriter(order.length * 8)
    out.write(base)
    let nameId = 0
    for (let i = 0; i < order.length; ) {
      const question = order[i]!
      let end = i + 1
      while (end < order.length && this.#compare(question, order[end]!) === 0) end++
      out.write(this.#nameIds[question]! - nameId)
      out.write(this.#clientIds[question]!)
      out.write(this.#qtypes[question]!)
      out.write(this.#quarters[question]! - base)
      out.write(end - i)
      nameId = this.#nameIds[question]!
      i = end
    }
    return out.finish()
  }

  /** Places in the columns. By name first, as numbers without a callback, then the few of each name among themselves. */
  #sorted(): Uint32Array {
    const capacity = this.#nameIds.length
    const byName = new Float64Array(this.#count)
    for (let i = 0; i < byName.length; i++) byName[i] = this.#nameIds[i]! * capacity + i
    byName.sort()
    const order = Uint32Array.from(byName, (pair) => pair % capacity)
    for (let start = 0; start < order.length; ) {
      const nameId = this.#nameIds[order[start]!]
      let end = start + 1
      while (end < order.length && this.#nameIds[order[end]!] === nameId) end++
      if (end - start > 1) order.subarray(start, end).sort((a, b) => this.#compare(a, b))
      start = end
    }
    return order
  }

  #compare(a: number, b: number): number {
    return (
      this.#nameIds[a]! - this.#nameIds[b]! ||
      this.#clientIds[a]! - this.#clientIds[b]! ||
      this.#qtypes[a]! - this.#qtypes[b]! ||
      this.#quarters[a]! - this.#quarters[b]!
    )
  }
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
