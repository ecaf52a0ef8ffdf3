/** A blocked name sends nothing upstream, whatever is asked of it and whatever it is answered with (design section 3). */
import { RrType } from '@weir/shared/dns/rr-type'
import { describe, expect, it } from 'vitest'
import { ScenarioWorld } from './scenario-world.ts'

const IN = 1
const CH = 3
const HS = 4
const ANY_CLASS = 255
/** Every type that has a name, and some that have none. */
const TYPES = [
  ...Object.values(RrType).filter((type) => type > 0 && ![41, 128, 249, 250, 251, 252, 253, 254].includes(type)),
  65_280,
  1234,
]

function questionOf(name: string, qtype: number, qclass: number): Uint8Array {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
  const opt = [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0]
  return Uint8Array.from([
    0x12,
    0x34,
    1,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    1,
    ...labels,
    0,
    qtype >> 8,
    qtype & 255,
    0,
    qclass,
    ...opt,
  ])
}

const ANSWERS: readonly (readonly [kind: string, answer: object])[] = [
  ['null', { kind: 'null' }],
  ['nxdomain', { kind: 'nxdomain' }],
  ['nodata', { kind: 'nodata' }],
  ['refused', { kind: 'refused' }],
  ['drop', { kind: 'drop' }],
  ['addresses', { kind: 'addresses', ipv4: ['192.0.2.1', '192.0.2.2'], txt: 'blocked', mx: '10 mail.example.org.' }],
]

describe('a blocked name', () => {
  it.each(ANSWERS)('answered with %s never goes upstream, in any type and class', async (kind, answer) => {
    const world = new ScenarioWorld()
    world.config.addRuleInput({ action: 'block', match: 'suffix', pattern: 'ads.example.org', answer })
    for (const qclass of [IN, CH, HS, ANY_CLASS])
      for (const qtype of TYPES)
        for (const name of ['ads.example.org', 'www.ads.example.org']) {
          const { response } = await world.send(questionOf(name, qtype, qclass), '192.0.2.100')
          const where = `${name} type ${qtype} class ${qclass}`
          expect(world.upstreams.asked, where).toEqual([])
          expect(response === null, where).toBe(kind === 'drop')
          // What is answered is of the type asked for: nothing leads past the block.
          const types = (response?.answers ?? []).map(({ type }) => type)
          expect(
            types.filter((type) => !['A', 'AAAA', 'TXT', 'MX', 'HINFO'].includes(type)),
            where,
          ).toEqual([])
        }
  })

  it('lets everything through but what a rule is for', async () => {
    const world = new ScenarioWorld()
    world.config.addRule('||ads.example.org^$dnstype=AAAA')
    world.upstreams.replies.set('ads.example.org A', { rcode: 'NOERROR', answers: [], authorities: [] })
    await world.query('ads.example.org', 'AAAA')
    expect(world.upstreams.asked).toEqual([])
    await world.query('ads.example.org', 'A')
    expect(world.upstreams.asked).toEqual(['ads.example.org A'])
  })
})
