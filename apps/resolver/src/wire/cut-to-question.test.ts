import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { cutToQuestion } from './cut-to-question.ts'

const records: Answer[] = [
  { type: 'A', name: 'www.example.org', ttl: 60, data: '192.0.2.1' },
  { type: 'TXT', name: 'www.example.org', ttl: 60, data: 'x'.repeat(200) },
]
const opt = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  flags: 0x8000,
  options: [{ code: 15, data: Buffer.from([0, 15, 65]) }],
} as unknown as Answer

function cut(packet: Packet): Packet & { octets: number } {
  const message = encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'www.example.org' }], ...packet })
  const octets = cutToQuestion(message, message.length)
  return { ...decode(message.subarray(0, octets)), octets }
}

describe('cutToQuestion', () => {
  it('leaves the question and sets TC', () => {
    const short = cut({ answers: records, authorities: records, additionals: records })
    expect(short).toMatchObject({ id: 7, flag_tc: true, answers: [], authorities: [], additionals: [], octets: 33 })
    expect(short.questions).toMatchObject([{ type: 'A', name: 'www.example.org' }])
  })

  it('keeps OPT without its options, wherever it stands', () => {
    for (const additionals of [[opt], [...records, opt], [opt, ...records]]) {
      const short = cut({ answers: records, additionals })
      expect(short).toMatchObject({ flag_tc: true, answers: [], octets: 44 })
      expect(short.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232, flag_do: true, options: [] }])
    }
  })

  it('cuts what is no whole message to its header', () => {
    const message = encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'www.example.org' }] })
    expect(cutToQuestion(message, 20)).toBe(12)
  })
})
