import { ManualClock } from '@weir/shared/clock'
import { Rcode } from '@weir/shared/dns/rcode'
import { describe, expect, it } from 'vitest'
import { checkResponse } from '../wire/check-response.ts'
import { ServerAsker } from './ask-server.ts'
import { question } from './exchange/exchange.contract.ts'
import { type Exchange, type ExchangeOptions, type ExchangeReply, failed, type Settle } from './exchange/exchange.ts'
import { MAX_QUERY_OCTETS, writeQuery } from './exchange/query-message.ts'
import { respond } from './exchange/scripted-upstream.fixture.ts'

const www = question('www.example.org')
const TC = 0x0200

/** Writes down how it was asked, and replies as the script says. */
class ScriptedExchange implements Exchange {
  readonly #name: string
  readonly #log: string[]
  readonly #script: (options: ExchangeOptions) => ExchangeReply
  constructor(name: string, log: string[], script: (options: ExchangeOptions) => ExchangeReply) {
    this.#name = name
    this.#log = log
    this.#script = script
  }
  exchange(_: unknown, options: ExchangeOptions, settle: Settle): void {
    this.#log.push(`${this.#name}${options.withEdns ? ' edns' : ''}${options.mixCase ? ' case' : ''}`)
    settle(this.#script(options))
  }
  close(): void {}
}

function response(options: Parameters<typeof respond>[1] = {}, isCaseKept = true): ExchangeReply {
  const room = Buffer.alloc(MAX_QUERY_OCTETS)
  const query = room.subarray(0, writeQuery(www, { id: 7, caseBits: 0, withEdns: false }, room))
  const message = respond(query, options)
  const checked = checkResponse(message, message.length, { id: 7, name: www.name, qtype: 1, qclass: 1 })
  if (!checked.ok) throw new Error(checked.error)
  return { ok: true, response: checked.value, isCaseKept }
}

const ask = (asker: ServerAsker, timeoutMs = 1000): Promise<ExchangeReply> =>
  new Promise((resolve) => asker.ask(www, timeoutMs, resolve))

function setUp(
  overUdp: (options: ExchangeOptions) => ExchangeReply,
  overTcp: (options: ExchangeOptions) => ExchangeReply = () => failed('unreachable', 'ECONNREFUSED'),
) {
  const log: string[] = []
  const clock = new ManualClock()
  const exchanges = {
    datagram: new ScriptedExchange('udp', log, overUdp),
    stream: new ScriptedExchange('tcp', log, overTcp),
  }
  return { log, clock, asker: new ServerAsker(exchanges, clock) }
}

describe('ServerAsker', () => {
  it('asks by UDP once when that does', async () => {
    const { log, asker } = setUp(() => response())
    expect(await ask(asker)).toMatchObject({ ok: true })
    expect(log).toEqual(['udp edns case'])
  })

  it.each<[string, ExchangeReply]>([
    ['a truncated reply (RFC 7766)', response({ flags: TC, records: [] })],
    ['many wrong replies (RFC 5452 §9)', failed('mismatch', '')],
  ])('goes to TCP after %s', async (_, overUdp) => {
    const { log, asker } = setUp(
      () => overUdp,
      () => response(),
    )
    expect(await ask(asker)).toMatchObject({ ok: true, response: { isTruncated: false } })
    expect(log).toEqual(['udp edns case', 'tcp edns case'])
  })

  it('says that the server cannot be reached when TCP fails after a truncated reply: nothing cut is passed on', async () => {
    const { asker } = setUp(() => response({ flags: TC, records: [] }))
    expect(await ask(asker)).toMatchObject({ ok: false, fault: 'unreachable' })
  })

  it('does not go to TCP after silence', async () => {
    const { log, asker } = setUp(() => failed('timeout', ''))
    expect(await ask(asker)).toMatchObject({ ok: false, fault: 'timeout' })
    expect(log).toEqual(['udp edns case'])
  })

  it.each<[string, ExchangeReply]>([
    ['FORMERR', response({ rcode: Rcode.FORMERR, records: [] })],
    ['NOTIMP', response({ rcode: Rcode.NOTIMP, records: [] })],
    ['a bare header', failed('edns-refused', '')],
  ])('asks without OPT after %s, and remembers it for a while (RFC 6891 §6.2.2)', async (_, refusal) => {
    const { log, clock, asker } = setUp(({ withEdns }) => (withEdns ? refusal : response()))
    expect(await ask(asker)).toMatchObject({ ok: true })
    await ask(asker)
    clock.advance(16 * 60_000)
    await ask(asker)
    // With a cookie, without, without OPT.
    const found = ['udp edns case', 'udp edns case', 'udp case']
    expect(log).toEqual([...found, 'udp case', ...found])
  })

  it('goes on with OPT when leaving it out does not help', async () => {
    const { log, asker } = setUp(() => response({ rcode: Rcode.NOTIMP, records: [] }))
    await ask(asker)
    await ask(asker)
    const tried = ['udp edns case', 'udp edns case', 'udp case']
    expect(log).toEqual([...tried, ...tried])
  })

  it('sends no random case for a while to a server that does not keep it', async () => {
    const { log, clock, asker } = setUp(
      ({ mixCase }) => (mixCase ? failed('case-mismatch', '') : response()),
      () => response({}, false),
    )
    expect(await ask(asker)).toMatchObject({ ok: true })
    await ask(asker)
    clock.advance(16 * 60_000)
    await ask(asker)
    expect(log).toEqual(['udp edns case', 'tcp edns case', 'udp edns', 'udp edns case', 'tcp edns case'])
  })

  it('takes a reply in another case for forged when the server keeps case over TCP', async () => {
    const { log, asker } = setUp(
      () => failed('case-mismatch', ''),
      () => response(),
    )
    await ask(asker)
    await ask(asker)
    expect(log).toEqual(['udp edns case', 'tcp edns case', 'udp edns case', 'tcp edns case'])
  })

  it('still reaches a server that neither keeps case nor speaks TCP', async () => {
    const { log, asker } = setUp(({ mixCase }) => (mixCase ? failed('case-mismatch', '') : response()))
    expect(await ask(asker)).toMatchObject({ ok: true })
    expect(log).toEqual(['udp edns case', 'tcp edns case', 'udp edns'])
  })

  it('exchanges no more than four times, whatever a server does', async () => {
    const { log, asker } = setUp(({ withEdns, mixCase }) =>
      withEdns ? failed('edns-refused', '') : mixCase ? failed('case-mismatch', '') : failed('mismatch', ''),
    )
    await ask(asker)
    expect(log).toHaveLength(4)
  })

  it('stops when its time is over', async () => {
    const { log, clock, asker } = setUp(
      () => {
        clock.advance(600)
        return response({ flags: TC, records: [] })
      },
      () => {
        clock.advance(600)
        return failed('timeout', '')
      },
    )
    await ask(asker, 500)
    expect(log).toEqual(['udp edns case'])
  })
})
