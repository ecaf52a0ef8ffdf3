import { toWire } from '@weir/shared/dns/domain-name'
import { type Answer, decode, encode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { lowerQname } from './lower-qname.ts'

const lowered = (answers: Answer[]): (string | undefined)[] => {
  const question = { type: 'A', name: 'wWw.ExamPle.oRg' } as const
  const message = encode({ type: 'response', id: 0, questions: [question], answers })
  lowerQname(message, message.length, toWire('www.example.org'))
  const { questions, answers: seen } = decode(message)
  return [questions?.[0]?.name, ...(seen ?? []).map(({ name }) => name)]
}

describe('lowerQname', () => {
  it('takes our random spelling out of question and owners', () => {
    expect(lowered([{ type: 'A', name: 'wWw.ExamPle.oRg', ttl: 1, data: '192.0.2.1' }])).toEqual([
      'www.example.org',
      'www.example.org',
    ])
  })

  it('leaves other owners as their zone spells them', () => {
    expect(lowered([{ type: 'A', name: 'Cdn.Example.NET', ttl: 1, data: '192.0.2.1' }])).toEqual([
      'www.example.org',
      'Cdn.Example.NET',
    ])
  })

  it('follows a compressed owner to the question', () => {
    const message = Buffer.concat([
      encode({ type: 'response', id: 0, questions: [{ type: 'A', name: 'wWw.ExamPle.oRg' }] }),
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 192, 0, 2, 1]),
    ])
    message[7] = 1
    lowerQname(message, message.length, toWire('www.example.org'))
    expect(decode(message).answers?.[0]?.name).toBe('www.example.org')
  })
})
