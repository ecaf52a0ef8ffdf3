/** The upstreams of a scenario: they answer from a script, and note what they are asked. */
import { toWire } from '@weir/shared/dns/domain-name'
import { parseRcode } from '@weir/shared/dns/rcode'
import { type Answer, decode, encode } from 'dns-packet'
import type { Forwarder, ForwardReply, ForwardRequest, ForwardWaiter } from '../../src/query/ports.ts'
import { checkResponse } from '../../src/wire/check-response.ts'

/** dns-packet has no words for these two, and other ones for `TYPE123`; it writes and reads their data as octets. */
const WIRE_TYPES = new Map([
  ['SVCB', 'UNKNOWN_64'],
  ['HTTPS', 'UNKNOWN_65'],
])
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([...WIRE_TYPES].map(([name, wire]) => [wire, name]))
export const wireType = (type: string): string => WIRE_TYPES.get(type) ?? type.replace(/^TYPE/, 'UNKNOWN_')
export const typeName = (type: string): string => TYPE_NAMES.get(type) ?? type.replace(/^UNKNOWN_/, 'TYPE')

/** What an upstream answers. */
export interface Reply {
  /** A mnemonic; `NOERROR,AD` is validated. */
  readonly rcode: string
  readonly answers: Answer[]
  readonly authorities: Answer[]
  readonly additionals?: Answer[]
}

export class ScriptedUpstreams implements Forwarder {
  /** By `name TYPE`, lower case. */
  readonly replies = new Map<string, Reply | 'timeout'>()
  /** What they were asked since the last look, as `name TYPE`, with ` @server` where it is not the usual one. */
  readonly asked: string[] = []

  /** Answers later, as from a socket, so that queries do wait. */
  forward(request: ForwardRequest, waiter: ForwardWaiter): void {
    setImmediate(() => waiter.land(this.#answer(request), true))
  }

  #answer({ name, qtype, qclass, upstreams }: ForwardRequest): ForwardReply {
    const asked = decode(
      Buffer.concat([
        Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        name,
        Buffer.from([qtype >> 8, qtype & 255, 0, qclass]),
      ]),
    )
    const question = asked.questions![0]!
    const key = `${question.name} ${typeName(question.type)}`
    const [server] = upstreams.servers
    this.asked.push(server === '192.0.2.53' ? key : `${key} @${server}`)
    const reply = this.replies.get(key)
    if (reply === undefined || reply === 'timeout') return { ok: false, fault: 'upstream-timeout', upstreamIndex: 0 }
    const { answers, authorities, additionals = [] } = reply
    const [rcode = '', isValidated] = reply.rcode.split(',')
    const code = parseRcode(rcode)
    if (code === undefined) throw new Error(`the scripted reply to ${key} has no RCODE: ${rcode}`)
    const flags = (isValidated === 'AD' ? 0x81a0 : 0x8180) | code
    const message = encode({ type: 'response', id: 0, flags, questions: [question], answers, authorities, additionals })
    const checked = checkResponse(message, message.length, { id: 0, name: toWire(question.name), qtype, qclass })
    if (!checked.ok) throw new Error(`the scripted reply is no response: ${checked.error}`)
    const { message: octets, length, ...facts } = checked.value
    return { ok: true, message: octets, length, facts, upstreamIndex: 0 }
  }
}
