/**
 * Messages on a stream: each behind its length in two octets (RFC 1035 §4.2.2, RFC 7766 §8).
 *
 * Octets come in pieces of any size. A message that lies whole in one piece is handed out as a part of it; another one
 * is put together in memory that grows with the octets that really came, not with the length that was claimed.
 */

/** What the two octets can say. */
export const MAX_STREAM_MESSAGE_OCTETS = 65_535
export const LENGTH_OCTETS = 2
const FIRST_ALLOCATION_OCTETS = 512

export class FrameReader {
  /** Octets that came and were not read yet. */
  #chunk: Uint8Array = new Uint8Array(0)
  #position = 0
  /** Length octets read of the present message, 0…2. */
  #lengthOctetCount = 0
  #messageLength = 0
  /** The present message, when it came in pieces. */
  #partial: Uint8Array | null = null
  #partialLength = 0

  /** Takes the next octets of the stream; `chunk` belongs to the reader from then on. */
  append(chunk: Uint8Array): void {
    this.#chunk = this.#position === this.#chunk.length ? chunk : Buffer.concat([this.#rest(), chunk])
    this.#position = 0
  }

  /** The next whole message, to be used before the next `append`; null: more octets are needed. */
  next(): Uint8Array | null {
    while (this.#lengthOctetCount < LENGTH_OCTETS) {
      if (this.#position === this.#chunk.length) return null
      this.#messageLength = ((this.#messageLength << 8) | this.#chunk[this.#position++]!) & 0xffff
      this.#lengthOctetCount++
    }
    const available = this.#chunk.length - this.#position
    const missing = this.#messageLength - this.#partialLength
    if (available < missing) {
      if (available > 0) this.#keep(available)
      return null
    }
    if (this.#partial !== null) this.#keep(missing)
    const message = this.#partial?.subarray(0, this.#messageLength) ?? this.#take(missing)
    this.#lengthOctetCount = 0
    this.#messageLength = 0
    this.#partial = null
    this.#partialLength = 0
    return message
  }

  /** True when a message has begun and not ended: it must end in time. */
  get isWithinMessage(): boolean {
    return this.#lengthOctetCount > 0
  }

  #rest(): Uint8Array {
    return this.#chunk.subarray(this.#position)
  }

  #take(length: number): Uint8Array {
    const part = this.#chunk.subarray(this.#position, this.#position + length)
    this.#position += length
    return part
  }

  #keep(length: number): void {
    const needed = this.#partialLength + length
    if (this.#partial === null || this.#partial.length < needed) {
      const size = Math.min(this.#messageLength, Math.max(needed, FIRST_ALLOCATION_OCTETS, this.#partialLength * 2))
      const grown = new Uint8Array(size)
      if (this.#partial !== null) grown.set(this.#partial.subarray(0, this.#partialLength))
      this.#partial = grown
    }
    this.#partial.set(this.#take(length), this.#partialLength)
    this.#partialLength = needed
  }
}

/** One buffer with length and message: both leave in one write, or a delayed second part costs the client a round trip. */
export function frame(message: Uint8Array, length: number): Uint8Array {
  const framed = new Uint8Array(LENGTH_OCTETS + length)
  framed[0] = length >>> 8
  framed[1] = length
  framed.set(message.subarray(0, length), LENGTH_OCTETS)
  return framed
}
