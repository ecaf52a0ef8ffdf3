/**
 * Scenarios: what a network's clients see, as text (after Unbound's .rpl files).
 *
 * ```
 * rule ||ads.example^                              one line of the rule language
 * no rules                                         removes them all
 * group Kids 192.0.2.16/28                         ids count from 2
 * group-answer 2 {"kind":"nxdomain"}              a group's block answer
 * group-set 2 {"schedule":1}                       what else a group has: schedule, upstreams
 * client 192.0.2.17                                who asks from now on
 * override {"kind":"pause","minutes":10}             starts now; name, client, groupId as in the API
 * no overrides
 * schedule {"timeZone":"Europe/Berlin","windows":[…]}   ids count from 1
 * rule-json {"action":"block",…,"schedule":1}         a rule as the API takes it
 * service youtube 2 {"kind":"nxdomain"}             blocks a service, for groups (`1,2`; `all`) and with an answer, if any
 * rule-set {"kind":"service","id":"youtube","schedule":1,"perGroup":[…]}   the same with a schedule and terms of groups
 * safe-search google 2                              holds an engine to safe results
 * list {"id":1,"shadow":true,"entries":[{"name":"ads.example","match":"suffix"}]}   a list; fields as rules/lists.fixture.ts has them
 * list-text 1 rpz trusted                          a list as its lines are read, in a format; of kind `allow`, or `trusted` to answer
 * | ads.example CNAME .                            … one of its lines
 * set blocking.answer {"kind":"nxdomain"}          a setting, JSON
 * upstream www.example.org A NOERROR A 198.51.100.7 300   what the upstream answers; more records follow on `+` lines
 * + CNAME target.example.org 300
 * + SOA 60                                         in the authority section
 * + AUTHORITY NS@example.org ns.example.org 300        another record there
 * + ADDITIONAL A@mail.example.org 198.51.100.7 300     in the additional section
 * + DNAME@example.org example.net 300              `@`: the owner, where it is not the name asked for or the last CNAME's target
 * upstream www.example.org A NOERROR,AD A 198.51.100.7 300   validated; `+ RRSIG A 300` is a signature
 * upstream slow.example.org A timeout
 * advance 61                                       seconds
 * jump -3600                                       sets the wall clock so many seconds ahead, or back
 * query www.example.org A                          asks (over TCP with `tcp`, with DO and AD set with `do` behind it) …
 * ede 15 blocked by rule ads.example               Extended DNS Error: code and text; `ede none`
 * expect NOERROR A 0.0.0.0 60                      … RCODE, then the answer section, `;` between records; `nothing`: no response
 * truncated                                        the answer is cut short (TC)
 * authentic yes                                    AD is set
 * authority SOA                                    types in the authority section
 * outcome blocked own-block-rule                   outcome and reason in the log
 * would blocked rule 3                             what something that only records would have done, and which: `rule 3`, `list 1`; `would nothing`
 * asked www.example.org A                          all that upstreams were asked since the last `asked`; `asked nothing`
 * ```
 */
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { ListFormat } from '@weir/shared/contract/lists'
import type { RuleInput } from '@weir/shared/contract/rules'
import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress } from '@weir/shared/dns/ip-address'
import { formatRcode } from '@weir/shared/dns/rcode'
import type { Answer, Packet } from 'dns-packet'
import { expect } from 'vitest'
import { type ListFixture, listOfText } from '../../src/rules/lists.fixture.ts'
import type { RuleSetRow } from '../../src/rules/policy-data.ts'
import type { OverrideStep, ScenarioConfig } from './scenario-config.ts'
import { type Answered, ScenarioWorld } from './scenario-world.ts'
import { type Reply, typeName, wireType } from './scripted-upstreams.ts'

/** The TC bit (RFC 1035 §4.1.1). */
const TRUNCATED = 0x0200
/** The AD bit (RFC 4035 §3.1.6). */
const AUTHENTIC = 0x0020

function record(defaultOwner: string, [typeAndOwner = '', ...words]: readonly string[]): Answer {
  const [type = '', owner = defaultOwner] = typeAndOwner.split('@')
  const ttl = Number(words.pop())
  if (type === 'RRSIG') return signature(owner, words[0] ?? '', ttl)
  return { type: wireType(type), name: owner, ttl, data: dataOf(type, words) } as Answer
}

function dataOf(type: string, words: readonly string[]): unknown {
  if (wireType(type) !== type) return serviceData(words)
  const [first, second, third, fourth] = words
  switch (type) {
    case 'TXT':
      return words.join(' ')
    case 'MX':
      return { preference: Number(first), exchange: second }
    case 'SRV':
      return { priority: Number(first), weight: Number(second), port: Number(third), target: fourth }
    default:
      return first
  }
}

function signature(name: string, typeCovered: string, ttl: number): Answer {
  const times = { originalTTL: ttl, expiration: 4_000_000_000, inception: 1 }
  const signer = { algorithm: 13, labels: 3, keyTag: 1, signersName: 'example.org', signature: Buffer.alloc(64) }
  return { type: 'RRSIG', name, ttl, data: { typeCovered, ...times, ...signer } } as unknown as Answer
}

/** SVCB and HTTPS: priority, target and hints (`ipv4hint=192.0.2.1,…`), RFC 9460 §2.2. */
function serviceData([priority = '0', target = '.', ...hints]: readonly string[]): Buffer {
  const params = hints.map((hint) => {
    const [key = '', values = ''] = hint.split('=')
    const data = Buffer.concat(values.split(',').map((value) => parseAddress(value) ?? new Uint8Array()))
    return Buffer.concat([Buffer.from([0, key === 'ipv4hint' ? 4 : 6, 0, data.length]), data])
  })
  const name = target === '.' ? Uint8Array.of(0) : toWire(target)
  return Buffer.concat([Buffer.from([0, Number(priority)]), name, ...params])
}

const soa = (owner: string, ttl: number): Answer =>
  ({
    type: 'SOA',
    name: owner,
    ttl,
    data: { mname: 'ns.example.', rname: 'host.example.', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: ttl },
  }) as Answer

function describeRecord(answer: Answer): string {
  const { type: wire, data, ttl } = answer as { type: string; data?: unknown; ttl?: number }
  const type = typeName(wire)
  return `${type} ${type === wire ? describeData(data) : (data as Buffer).toString('hex')} ${ttl}`
}

function describeData(data: unknown): string {
  if (Array.isArray(data)) return data.map(String).join(' ')
  if (typeof data !== 'object' || data === null) return String(data)
  const fields = data as Record<string, unknown>
  if ('typeCovered' in fields) return String(fields.typeCovered)
  if ('exchange' in fields) return `${fields.preference} ${fields.exchange}`
  if ('target' in fields) return `${fields.priority} ${fields.weight} ${fields.port} ${fields.target}`
  return String(data)
}

const jsonOf = (words: readonly string[]): SourceAnswer | null =>
  words.length === 0 ? null : (JSON.parse(words.join(' ')) as SourceAnswer)

const setFields = ([groups = 'all', ...json]: readonly string[]) => ({
  groups: groups === 'all' ? [] : groups.split(',').map(Number),
  answer: jsonOf(json),
})

/** RFC 8914 §2: INFO-CODE and EXTRA-TEXT. */
function extendedErrorOf({ additionals = [] }: Packet): string {
  const opt = additionals.find(({ type }) => type === 'OPT') as
    | { options?: { code: number; data: Buffer }[] }
    | undefined
  const data = opt?.options?.find(({ code }) => code === 15)?.data
  return data ? `${data.readUInt16BE(0)} ${data.toString('utf8', 2)}`.trim() : 'none'
}

const rcodeOf = (response: Packet): string => formatRcode((response.flags ?? 0) & 15)

export async function runScenario(text: string): Promise<void> {
  const world = new ScenarioWorld()
  let reply: Reply | undefined
  let owner = ''
  let client: string | undefined
  let list: Parameters<typeof listOfText>[0] & { text: string[] } = { id: 0, text: [] }
  let answered: Answered | undefined

  const steps: Record<string, (words: string[], rest: string, where: string) => void | Promise<void>> = {
    rule: (_words, rest) => world.config.addRule(rest),
    no: ([what]) => (what === 'overrides' ? world.config.clearOverrides() : world.config.clearRules()),
    group: ([name = '', ...prefixes]) => world.config.addGroup(name, prefixes),
    'group-answer': ([id, ...json]) =>
      world.config.setGroupAnswer(Number(id), JSON.parse(json.join(' ')) as SourceAnswer),
    'group-set': ([id, ...json]) => world.config.setGroup(Number(id), JSON.parse(json.join(' ')) as object),
    client: ([address]) => {
      client = address
    },
    schedule: (_words, rest) =>
      world.config.addSchedule(JSON.parse(rest) as Parameters<ScenarioConfig['addSchedule']>[0]),
    'rule-json': (_words, rest) => world.config.addRuleInput(JSON.parse(rest) as RuleInput),
    override: (_words, rest) => world.config.addOverride(JSON.parse(rest) as OverrideStep),
    service: ([id = '', ...words]) => world.config.addRuleSet('service', id, setFields(words)),
    'rule-set': (_words, rest) => {
      const { kind, id, ...more } = JSON.parse(rest) as RuleSetRow
      world.config.addRuleSet(kind, id, more)
    },
    'safe-search': ([id = '', ...words]) => world.config.addRuleSet('safe-search', id, setFields(words)),
    list: (_words, rest) => world.config.addList(JSON.parse(rest) as ListFixture),
    'list-text': ([id, format, kind]) => {
      const terms = { kind: kind === 'allow' ? 'allow' : 'block', mayAnswer: kind === 'trusted' } as const
      list = { id: Number(id), ...terms, format: format as ListFormat, text: [] }
    },
    '|': (_words, rest) => {
      list.text.push(rest)
      world.config.addList(listOfText(list))
    },
    set: ([path = '', ...json]) => world.config.set(path, JSON.parse(json.join(' '))),
    advance: ([seconds]) => world.clock.advance(Number(seconds) * 1000),
    jump: ([seconds]) => world.clock.jump(Number(seconds) * 1000),
    upstream: ([name = '', type = '', rcode = '', ...words]) => {
      owner = name
      reply = { rcode, answers: [], authorities: [], additionals: [] }
      if (words[0] === 'SOA') reply.authorities.push(soa(name, Number(words[1])))
      else if (words.length > 0) reply.answers.push(record(name, words))
      world.upstreams.replies.set(`${name} ${type}`, rcode === 'timeout' ? 'timeout' : reply)
    },
    '+': (words) => {
      if (words[0] === 'SOA') return void reply?.authorities.push(soa(owner, Number(words[1])))
      if (words[0] === 'AUTHORITY') return void reply?.authorities.push(record(owner, words.slice(1)))
      if (words[0] === 'ADDITIONAL') return void reply?.additionals?.push(record(owner, words.slice(1)))
      const last = reply?.answers.at(-1)
      reply?.answers.push(record(last?.type === 'CNAME' ? String(last.data) : owner, words))
    },
    query: async ([name = '', type = '', ...options]) => {
      answered = await world.query(name, type, client, options.includes('tcp'), options.includes('do'))
    },
    expect: (_words, rest, where) => {
      const response = answered?.response
      const seen = response
        ? `${rcodeOf(response)} ${(response.answers ?? []).map(describeRecord).join(' ; ')}`.trim()
        : 'nothing'
      expect(seen, where).toBe(rest)
    },
    truncated: (_words, _rest, where) => {
      expect(((answered?.response?.flags ?? 0) & TRUNCATED) !== 0, where).toBe(true)
    },
    authentic: ([expected], _rest, where) => {
      const isSet = ((answered?.response?.flags ?? 0) & AUTHENTIC) !== 0
      expect(isSet, where).toBe(expected === 'yes')
    },
    authority: (words, _rest, where) => {
      expect(
        (answered?.response?.authorities ?? []).map(({ type }) => type),
        where,
      ).toEqual(words)
    },
    ede: (_words, rest, where) => {
      expect(answered?.response ? extendedErrorOf(answered.response) : 'nothing', where).toBe(rest)
    },
    outcome: ([outcome, reason], _rest, where) => {
      expect({ outcome: answered?.outcome, reason: answered?.reason }, where).toEqual({ outcome, reason })
    },
    would: (_words, rest, where) => {
      expect(answered?.shadow, where).toBe(rest)
    },
    asked: (_words, rest, where) => {
      expect(world.upstreams.asked.splice(0).join(' ; ') || 'nothing', where).toBe(rest)
    },
  }

  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const [verb = '', ...words] = trimmed.split(/\s+/)
    const step = steps[verb]
    if (!step) throw new Error(`line ${index + 1}: '${verb}' is no step`)
    await step(words, words.join(' '), `line ${index + 1}: ${trimmed}`)
  }
}
