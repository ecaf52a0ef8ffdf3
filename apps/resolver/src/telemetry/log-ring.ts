/**
 * A bounded ring of log records in shared memory: one worker writes, the log writer reads, neither ever waits.
 *
 *     header  | 0 written octets | 1 read octets |  each 32 bits, on its own cache line; they wrap at 2^32
 *     data    | record | record | padding to the end |   capacity is a power of two; a record never wraps
 *
 * The worker publishes records by raising `written` after their octets are in place (Atomics.store orders them), the
 * reader frees each by raising `read`. A record that does not fit is refused: the newest goes, and is counted.
 *
 * Fields are written and read as whole words, since each access costs about the same whatever its width.
 */
import { MAX_CLIENT_ID_CHARACTERS } from '@weir/shared/clients/client-identifier'
import {
  KIND_BITS,
  KIND_MASK,
  type LogFields,
  type LogRecord,
  MAX_RECORD_OCTETS,
  RECORD_HEADER_OCTETS,
  RecordKind,
  roundUp,
  SHADOW_OCTETS,
} from './log-record.ts'

/** Two million octets hold about 20,000 common records: 0.4 s at 50,000 queries a second. */
export const DEFAULT_RING_OCTETS = 2 * 1024 * 1024

const NO_ROOM = -1
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
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly capacity: number

  constructor(shared: SharedArrayBuffer) {
    this.capacity = shared.byteLength - DATA_AT
    this.header = new Int32Array(shared, 0, DATA_AT / 4)
    this.octets = Buffer.from(shared, DATA_AT)
    this.u32 = new Uint32Array(shared, DATA_AT)
    this.f64 = new Float64Array(shared, DATA_AT)
  }
}

/** The worker's end. Allocates nothing after its construction. */
export class LogRingWriter {
  readonly #ring: RingMemory
  readonly capacity: number
  /** Written so far, published or not. */
  #written: number
  /** As far as the reader was when it was last looked at. */
  #read: number

  constructor(shared: SharedArrayBuffer) {
    this.#ring = new RingMemory(shared)
    this.capacity = this.#ring.capacity
    this.#written = this.#ring.header[WRITTEN]!
    this.#read = Atomics.load(this.#ring.header, READ)
  }

  /** Octets that the reader had not taken yet when `look` was last called, and what was written since. */
  get used(): number {
    return (this.#written - this.#read) >>> 0
  }

  /** Looks how far the reader has come. */
  look(): void {
    this.#read = Atomics.load(this.#ring.header, READ)
  }

  /**
   * Writes a record, which the reader sees after `publish`.
   * @returns where it lies, for `setDuration`; -1 when there is no room: nothing is written
   */
  write(record: LogFields): number {
    const ring = this.#ring
    const own = roundUp(RECORD_HEADER_OCTETS + record.nameLength + record.answerLength + record.clientId.length)
    const length = record.shadowEffect < 0 ? own : own + SHADOW_OCTETS
    const at = (this.#written >>> 0) & (ring.capacity - 1)
    const toEnd = ring.capacity - at
    const isWrapped = length > toEnd
    const needed = isWrapped ? toEnd + length : length
    if (this.used + needed > ring.capacity) return NO_ROOM
    // What is left before the end is a multiple of 8, so that the reader always finds a kind there.
    if (isWrapped) ring.u32[at >> 2] = RecordKind.Padding << 16
    const start = isWrapped ? 0 : at
    this.#put(record, start, length)
    this.#written = (this.#written + needed) | 0
    return start
  }

  /** @param at from `write`, of a record that is not published yet */
  setDuration(at: number, durationUs: number): void {
    this.#ring.u32[(at + 16) >> 2] = durationUs
  }

  /** Shows the reader all that was written. */
  publish(): void {
    Atomics.store(this.#ring.header, WRITTEN, this.#written)
  }

  #put(record: LogFields, at: number, length: number): void {
    const { octets, u32, f64 } = this.#ring
    const base = at >> 2
    u32[base] = length | (kindOf(RecordKind.Query, record) << 16) | (record.outcome << 24)
    u32[base + 1] = record.reason | (record.transport << 8) | (record.nameLength << 16) | (record.answerLength << 24)
    f64[(at + 8) >> 3] = record.atMs
    u32[base + 4] = record.durationUs
    u32[base + 5] = record.ruleId
    u32[base + 6] = record.listId
    u32[base + 7] = record.qtype | (record.qclass << 16)
    u32[base + 8] = (record.upstreamIndex & 0xffff) | (record.rcode << 16)
    u32[base + 9] = record.weight
    if (record.shadowEffect >= 0) this.#putShadow(record, at, length)
    copy(record.client, octets, at + 40, 16)
    copy(record.name, octets, at + RECORD_HEADER_OCTETS, record.nameLength)
    copy(record.answer, octets, at + RECORD_HEADER_OCTETS + record.nameLength, record.answerLength)
    const { clientId } = record
    const idAt = at + RECORD_HEADER_OCTETS + record.nameLength + record.answerLength
    for (let i = 0; i < clientId.length; i++) octets[idAt + i] = clientId.charCodeAt(i)
  }

  #putShadow(record: LogFields, at: number, length: number): void {
    const { u32 } = this.#ring
    const { outcome, shadowEffect, shadowRuleId, shadowListId } = record
    u32[at >> 2] = length | (kindOf(RecordKind.Shadowed, record) << 16) | (outcome << 24)
    const behind = (at + length - SHADOW_OCTETS) >> 2
    u32[behind] = shadowEffect
    u32[behind + 1] = shadowRuleId
    u32[behind + 2] = shadowListId
  }
}

const kindOf = (kind: number, { clientId }: LogFields): number => kind | (clientId.length << KIND_BITS)

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

  /** Share of the ring that waits to be read, 0…1. */
  get fill(): number {
    const { header, capacity } = this.#ring
    return ((Atomics.load(header, WRITTEN) - header[READ]!) >>> 0) / capacity
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
    const at = this.#at
    const base = at >> 2
    const { octets, u32, f64 } = this.#ring
    const first = u32[base]!
    const second = u32[base + 1]!
    into.outcome = first >>> 24
    into.reason = second & 0xff
    into.transport = (second >>> 8) & 0xff
    into.nameLength = (second >>> 16) & 0xff
    into.answerLength = second >>> 24
    into.atMs = f64[(at + 8) >> 3]!
    into.durationUs = u32[base + 4]!
    into.ruleId = u32[base + 5]!
    into.listId = u32[base + 6]!
    into.qtype = u32[base + 7]! & 0xffff
    into.qclass = u32[base + 7]! >>> 16
    into.upstreamIndex = (u32[base + 8]! << 16) >> 16
    into.rcode = (u32[base + 8]! | 0) >> 16
    into.weight = u32[base + 9]!
    const isShadowed = ((first >>> 16) & KIND_MASK) === RecordKind.Shadowed
    const behind = (at + (first & 0xffff) - SHADOW_OCTETS) >> 2
    into.shadowEffect = isShadowed ? u32[behind]! : -1
    into.shadowRuleId = isShadowed ? u32[behind + 1]! : 0
    into.shadowListId = isShadowed ? u32[behind + 2]! : 0
    const nameAt = at + RECORD_HEADER_OCTETS
    octets.copy(into.client, 0, at + 40, nameAt)
    octets.copy(into.name, 0, nameAt, nameAt + into.nameLength)
    const answerAt = nameAt + into.nameLength
    const idAt = answerAt + into.answerLength
    octets.copy(into.answer, 0, answerAt, idAt)
    const idLength = (first >>> (16 + KIND_BITS)) & MAX_CLIENT_ID_CHARACTERS
    into.clientId = idLength === 0 ? '' : octets.toString('latin1', idAt, idAt + idLength)
    this.#free(first & 0xffff)
    return true
  }

  get #at(): number {
    return (this.#ring.header[READ]! >>> 0) & (this.#ring.capacity - 1)
  }

  #skipPadding(): void {
    if (!this.isEmpty && ((this.#ring.u32[this.#at >> 2]! >>> 16) & KIND_MASK) === RecordKind.Padding)
      this.#free(this.#ring.capacity - this.#at)
  }

  #free(octets: number): void {
    const { header } = this.#ring
    Atomics.store(header, READ, (header[READ]! + octets) | 0)
  }
}
