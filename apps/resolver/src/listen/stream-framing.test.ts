import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader, frame } from './stream-framing.ts'

describe('FrameReader', () => {
  it('reads the messages that were framed, however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 6 })
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map((message) => frame(message, message.length)))
        const reader = new FrameReader()
        const read: Uint8Array[] = []
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length]!
          reader.append(Uint8Array.from(stream.subarray(at, at + size)))
          at += size
          // Every other time nobody reads: octets that came earlier wait.
          if (i % 2 === 0)
            for (let message = reader.next(); message; message = reader.next()) read.push(Uint8Array.from(message))
        }
        for (let message = reader.next(); message; message = reader.next()) read.push(Uint8Array.from(message))
        expect(read).toEqual(sent.map((message) => Uint8Array.from(message)))
        expect(reader.isWithinMessage).toBe(false)
      }),
    )
  })

  it('is within a message from its first octet to its last', () => {
    const reader = new FrameReader()
    for (const octet of [0, 2, 7]) {
      reader.append(Uint8Array.of(octet))
      expect(reader.next()).toBeNull()
      expect(reader.isWithinMessage).toBe(true)
    }
    reader.append(Uint8Array.of(8))
    expect(reader.next()).toEqual(Uint8Array.of(7, 8))
    expect(reader.isWithinMessage).toBe(false)
  })
})
