/**
 * A bounded ring of log records in shared memory: one worker writes, the log writer reads, neither ever waits.
 *
 *     header  | 0 written octets | 1 read octets |  each 32 bits, on its own cache line; they wrap at 2^32
 *     data    | record | record | padding to the end |   capacity is a power of two; a record never wraps
 *
 * The worker publishes a record by raising `written` after its octets are in place (Atomics.store orders them), the
 * reader frees it by raising `read`. A record that does not fit is refused: the newest goes, and is counted.
 */
import { type LogRecord, MAX_RECORD_OCTETS, RECORD_HEADER_OCTETS, RecordKind, roundUp } from './log-record.ts'

/** Two million octets hold about 20,000 common records: 0.4 s at 50,000 queries a second. */
export const DEFAULT_RING_OCTETS = 2 * 1024 * 1024

const WRITTEN = 0
const READ = 16
const DATA_AT = 128

export function createRing(capacityOctets: number = DEFAULT_RING_OCTETS): SharedArrayBuffer {
  if (capacityOctets < 2 * MAX_RECORD_OCTETS || (capacityOctets & (capacityOctets - 1)) !== 0)
    throw new RangeError('the capacity of a log ring is a power of two and holds two records')
  return new SharedArrayBuffer(DATA_AT + capacityOctets)
}

/** The views that both ends need. */
class RingMemory {
  readonly header: Int32Array
  readonly octets: Buffer
  readonly u16: Uint16Array
  readonly i16: Int16Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly capacity: number

  constructor(shared: SharedArrayBuffer) {
    this.capacity = shared.byteLength - DATA_AT
    this.header = new Int32Array(shared, 0, DATA_AT / 4)
    this.octets = Buffer.from(shared, DATA_AT)
    this.u16 = new Uint16Array(shared, DATA_AT)
    this.i16 = new Int16Array(shared, DATA_AT)
    this.u32 = new Uint32Array(shared, DATA_AT)
    this.f64 = new Float64Array(shared, DATA_AT)
  }
}

/** The worker's end. Allocates nothing after its construction. */
export class LogRingWriter {
  readonly #ring: RingMemory
  readonly capacity: number

  constructor(shared: SharedArrayBuffer) {
    this.#ring = new RingMemory(shared)
    this.capacity = this.#ring.capacity
  }

  /** Octets that the reader has not taken yet. */
  get used(): number {
    const { header } = this.#ring
    return (header[WRITTEN]! - Atomics.load(header, READ)) >>> 0
  }

  /** @returns false when there is no room: nothing is written */
  write(record: LogRecord): boolean {
    const ring = this.#ring
    const length = roundUp(RECORD_HEADER_OCTETS + record.nameLength + record.answerLength)
    const written = ring.header[WRITTEN]!
    const at = (written >>> 0) & (ring.capacity - 1)
    const toEnd = ring.capacity - at
    const needed = length <= toEnd ? length : toEnd + length
    if (this.used + needed > ring.capacity) return false
    if (length > toEnd) {
      // What is left before the end is a multiple of 8, so that the reader always finds a kind there.
      ring.octets[at + 2] = RecordKind.Padding
      this.#put(record, 0, length)
    } else this.#put(record, at, length)
    Atomics.store(ring.header, WRITTEN, (written + needed) | 0)
    return true
  }

  #put(record: LogRecord, at: number, length: number): void {
    const { octets, u16, i16, u32, f64 } = this.#ring
    u16[at >> 1] = length
    octets[at + 2] = RecordKind.Query
    octets[at + 3] = record.outcome
    octets[at + 4] = record.reason
    octets[at + 5] = record.transport
    octets[at + 6] = record.nameLength
    octets[at + 7] = record.answerLength
    f64[(at + 8) >> 3] = record.atMs
    u32[(at + 16) >> 2] = record.durationUs
    u32[(at + 20) >> 2] = record.ruleId
    u32[(at + 24) >> 2] = record.listId
    u16[(at + 28) >> 1] = record.qtype
    u16[(at + 30) >> 1] = record.qclass
    i16[(at + 32) >> 1] = record.upstreamIndex
    i16[(at + 34) >> 1] = record.rcode
    u32[(at + 36) >> 2] = record.weight
    copy(record.client, octets, at + 40, 16)
    copy(record.name, octets, at + RECORD_HEADER_OCTETS, record.nameLength)
    copy(record.answer, octets, at + RECORD_HEADER_OCTETS + record.nameLength, record.answerLength)
  }
}

/** A loop: for so few octets it is faster than a call of `set`, and it needs no subarray. */
function copy(from: Uint8Array, to: Uint8Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[i]!
}

/** The log writer's end. */
export class LogRingReader {
  readonly #ring: RingMemory

  constructor(shared: SharedArrayBuffer) {
    this.#ring = new RingMemory(shared)
  }

  get isEmpty(): boolean {
    const { header } = this.#ring
    return Atomics.load(header, WRITTEN) === header[READ]!
  }

  /** Wall clock of the oldest record, ms; Infinity when there is none. For merging rings by time. */
  get oldestAtMs(): number {
    this.#skipPadding()
    if (this.isEmpty) return Number.POSITIVE_INFINITY
    return this.#ring.f64[(this.#at + 8) >> 3]!
  }

  /** Takes the oldest record. @returns false when there is none */
  read(into: LogRecord): boolean {
    this.#skipPadding()
    if (this.isEmpty) return false
    const ring = this.#ring
    const at = this.#at
    const { octets, u16, i16, u32, f64 } = ring
    into.outcome = octets[at + 3]!
    into.reason = octets[at + 4]!
    into.transport = octets[at + 5]!
    into.nameLength = octets[at + 6]!
    into.answerLength = octets[at + 7]!
    into.atMs = f64[(at + 8) >> 3]!
    into.durationUs = u32[(at + 16) >> 2]!
    into.ruleId = u32[(at + 20) >> 2]!
    into.listId = u32[(at + 24) >> 2]!
    into.qtype = u16[(at + 28) >> 1]!
    into.qclass = u16[(at + 30) >> 1]!
    into.upstreamIndex = i16[(at + 32) >> 1]!
    into.rcode = i16[(at + 34) >> 1]!
    into.weight = u32[(at + 36) >> 2]!
    const nameAt = at + RECORD_HEADER_OCTETS
    octets.copy(into.client, 0, at + 40, nameAt)
    octets.copy(into.name, 0, nameAt, nameAt + into.nameLength)
    octets.copy(into.answer, 0, nameAt + into.nameLength, nameAt + into.nameLength + into.answerLength)
    this.#free(u16[at >> 1]!)
    return true
  }

  get #at(): number {
    return (this.#ring.header[READ]! >>> 0) & (this.#ring.capacity - 1)
  }

  #skipPadding(): void {
    if (!this.isEmpty && this.#ring.octets[this.#at + 2] === RecordKind.Padding)
      this.#free(this.#ring.capacity - this.#at)
  }

  #free(octets: number): void {
    const { header } = this.#ring
    Atomics.store(header, READ, (header[READ]! + octets) | 0)
  }
}
