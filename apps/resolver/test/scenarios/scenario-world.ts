/** A resolver without sockets and threads: the real stages, rules, cache and wire code; upstream and clock are scripted. */
import { ManualClock } from '@weir/shared/clock'
import type { SourceAnswer } from '@weir/shared/contract/block-answer'
import type { RuleInput } from '@weir/shared/contract/rules'
import { defaultSettings, type Settings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { OUTCOMES, POLICY_EFFECTS, REASONS } from '@weir/shared/log/outcomes'
import { checkRule } from '@weir/shared/rules/check-rule'
import { LineContext } from '@weir/shared/rules/line-outcome'
import { parseRuleLine } from '@weir/shared/rules/parse-line'
import { type Answer, decode, encode, type Packet } from 'dns-packet'
import { buildPipeline, type PipelineState } from '../../src/build-pipeline.ts'
import { createCacheBuffer } from '../../src/cache/cache-layout.ts'
import { SharedCache } from '../../src/cache/shared-cache.ts'
import { AccessList } from '../../src/limits/access-list.ts'
import { createCookieSecrets, ServerCookies } from '../../src/limits/server-cookies.ts'
import { createRateTable, RateLimiter } from '../../src/limits/token-bucket.ts'
import { createWaitingTable, WaitingLimit } from '../../src/limits/waiting-limit.ts'
import { dns64Terms } from '../../src/pipeline/dns64-terms.ts'
import { Prefetcher } from '../../src/pipeline/stages/prefetcher.ts'
import type { Forwarder, ForwardReply, ForwardRequest } from '../../src/query/ports.ts'
import { QueryContext, Transport } from '../../src/query/query-context.ts'
import type { ListFixture } from '../../src/rules/lists.fixture.ts'
import { compileLists, configOf } from '../../src/rules/policy.fixture.ts'
import type {
  ClientRow,
  ConfigData,
  GroupRow,
  OverrideRow,
  RuleRow,
  RuleSetRow,
  ScheduleRow,
} from '../../src/rules/policy-data.ts'
import { LivePolicy } from '../../src/threads/live-policy.ts'
import { checkResponse } from '../../src/wire/check-response.ts'

/** dns-packet has no words for these two, and other ones for `TYPE123`; it writes and reads their data as octets. */
const WIRE_TYPES = new Map([
  ['SVCB', 'UNKNOWN_64'],
  ['HTTPS', 'UNKNOWN_65'],
])
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([...WIRE_TYPES].map(([name, wire]) => [wire, name]))
export const wireType = (type: string): string => WIRE_TYPES.get(type) ?? type.replace(/^TYPE/, 'UNKNOWN_')
export const typeName = (type: string): string => TYPE_NAMES.get(type) ?? type.replace(/^UNKNOWN_/, 'TYPE')

export interface Answered {
  /** Null: nothing was sent. */
  readonly response: Packet | null
  readonly outcome: string
  readonly reason: string
  /** `blocked rule 3`, or `nothing`. */
  readonly shadow: string
  /** Which rule or list the log names; 0: none. */
  readonly ruleId: number
  readonly listId: number
}

export type OverrideStep = Pick<OverrideRow, 'kind'> &
  Partial<Pick<OverrideRow, 'name' | 'client' | 'groupId'>> & { readonly minutes?: number }

function shadowOf({ shadowEffect, shadowRuleId, shadowListId }: QueryContext): string {
  if (shadowEffect < 0) return 'nothing'
  const who = shadowListId === 0 ? `rule ${shadowRuleId}` : `list ${shadowListId}`
  return `${POLICY_EFFECTS[shadowEffect]} ${who}`
}

/** What an upstream answers. */
export interface Reply {
  readonly rcode: string
  readonly answers: Answer[]
  readonly authorities: Answer[]
  readonly additionals?: Answer[]
}

export class ScenarioWorld {
  readonly clock = new ManualClock()
  readonly settings: Settings = defaultSettings(['192.0.2.53'])
  /** By `name TYPE`, lower case. */
  readonly replies = new Map<string, Reply | 'timeout'>()
  /** What the upstreams were asked since the last look, as `name TYPE`, with ` @server` where it is not the usual one. */
  readonly asked: string[] = []
  readonly #cache = new SharedCache(createCacheBuffer(1024 * 1024))
  readonly #rules: RuleRow[] = []
  readonly #ruleSets: RuleSetRow[] = []
  readonly #lists: ListFixture[] = []
  readonly #groups: GroupRow[] = [{ id: 1, name: 'Everyone', isDefault: true, answer: null }]
  readonly #clients: ClientRow[] = []
  readonly #overrides: OverrideRow[] = []
  readonly #schedules: ScheduleRow[] = []
  #context = new LineContext()
  #policy: LivePolicy | undefined
  #edition = 0
  readonly #limiter = new RateLimiter(0, createRateTable())
  readonly #waiting = new WaitingLimit(0, createWaitingTable(1))
  #recorded = { outcome: '', reason: '', shadow: '', ruleId: 0, listId: 0 }

  /** Adds the rules of one line of the rule language, as the API would in an import. @throws Error when it is refused */
  addRule(line: string): void {
    const outcome = parseRuleLine(line, 'own', this.#context)
    if (outcome.kind !== 'rules') throw new Error(`not a rule: ${line}`)
    for (const input of outcome.rules) this.#rules.push(this.#row(input))
    this.#policy = undefined
  }

  /** Removes all rules and lists: the next query is answered without them. */
  clearRules(): void {
    this.#rules.length = 0
    this.#lists.length = 0
    this.#context = new LineContext()
    this.#policy = undefined
  }

  /** Ids count from 2, in the order of the calls. */
  addGroup(name: string, prefixes: readonly string[]): void {
    const id = this.#groups.length + 1
    this.#groups.push({ id, name, isDefault: false, answer: null })
    this.#clients.push(...prefixes.map((prefix) => ({ prefix, groupId: id })))
    this.#policy = undefined
  }

  setGroupAnswer(id: number, answer: SourceAnswer): void {
    this.setGroup(id, { answer })
  }

  setGroup(id: number, more: Partial<GroupRow>): void {
    this.#groups[id - 1] = { ...this.#groups[id - 1]!, ...more }
    this.#policy = undefined
  }

  /** Switches a service or safe search on, by default for everyone. */
  addRuleSet(kind: RuleSetRow['kind'], id: string, more: Partial<RuleSetRow> = {}): void {
    this.#ruleSets.push({ kind, id, enabled: true, groups: [], answer: null, ...more })
    this.#policy = undefined
  }

  /** Adds a list, or replaces the one with its id. */
  addList(list: ListFixture): void {
    const at = this.#lists.findIndex(({ id }) => id === list.id)
    this.#lists.splice(at < 0 ? this.#lists.length : at, at < 0 ? 0 : 1, list)
    this.#policy = undefined
  }

  /** A rule in JSON, for what the text language has no words for. @throws Error when it is refused */
  addRuleInput(input: RuleInput): void {
    this.#rules.push(this.#row(input))
    this.#policy = undefined
  }

  /** One as it is stored, with an id of its own. */
  addRuleRow(row: RuleRow): void {
    this.#rules.push(row)
    this.#policy = undefined
  }

  /** Ids count from 1, in the order of the calls. */
  addSchedule(schedule: Omit<ScheduleRow, 'id'>): void {
    this.#schedules.push({ ...schedule, id: this.#schedules.length + 1 })
    this.#policy = undefined
  }

  /** Starts one now, as the API would. */
  addOverride({ kind, minutes = 1, name = null, client = null, groupId = null }: OverrideStep): void {
    const createdAt = this.clock.now()
    const id = this.#overrides.length + 1
    this.#overrides.push({ id, kind, name, client, groupId, createdAt, endsAt: createdAt + minutes * 60_000 })
    this.#policy = undefined
  }

  clearOverrides(): void {
    this.#overrides.length = 0
    this.#policy = undefined
  }

  /** @param path as in `blocking.answer.kind` */
  set(path: string, value: unknown): void {
    const keys = path.split('.')
    const last = keys.pop()!
    const section = keys.reduce<Record<string, unknown>>(
      (part, key) => part[key] as Record<string, unknown>,
      this.settings as unknown as Record<string, unknown>,
    )
    section[last] = value
    this.#policy = undefined
  }

  async query(
    name: string,
    type: string,
    client = '192.0.2.100',
    isTcp = false,
    isDnssecAware = false,
  ): Promise<Answered> {
    const flags = isDnssecAware ? 0x8000 : 0
    const message = encode({
      type: 'query',
      id: 4660,
      flags: isDnssecAware ? 0x0120 : 0x0100,
      questions: [{ name, type: wireType(type) as 'A' }],
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags, options: [] } as unknown as Answer],
    })
    return this.send(message, client, isTcp)
  }

  /** Sends octets as they are. */
  send(message: Uint8Array, client: string, isTcp = false, clientId = ''): Promise<Answered> {
    const query = new QueryContext(message, new Uint8Array(65_535))
    query.messageLength = message.length
    query.transport = isTcp ? Transport.Tcp : Transport.Udp
    query.clientAddress.set(toMapped(parseAddress(client)!))
    query.clientId = clientId
    query.receivedAtMs = this.clock.now()
    query.startedAtMs = this.clock.monotonic()
    return new Promise((resolve) => {
      this.#handler.handle(query, (finished, isSent) => {
        const octets = Buffer.from(finished.out.subarray(0, finished.outLength))
        resolve({ response: isSent ? decode(octets) : null, ...this.#recorded })
      })
    })
  }

  readonly #state = (): PipelineState => ({
    policy: this.#currentPolicy(),
    edition: this.#edition + (this.#policy?.policy.scheduleEpoch ?? 0),
    cache: this.#cache,
    serveStaleSeconds: this.settings.cache.serveStaleSeconds,
    prefetches: this.settings.cache.prefetch,
    cutsAtNxdomain: this.settings.cache.nxdomainCut,
    times: this.settings.cache,
    access: new AccessList([], []),
    limiter: this.#limiter,
    waiting: this.#waitingLimit(),
    isAnyMinimal: this.settings.access.minimalAny,
    dns64: dns64Terms(this.settings.dns64),
  })

  readonly #forwarder: Forwarder = {
    // Later, as from a socket, so that queries do wait.
    forward: (request, waiter) => setImmediate(() => waiter.land(this.#forward(request), true)),
  }

  readonly #handler = buildPipeline({
    current: this.#state,
    forwarder: this.#forwarder,
    prefetcher: new Prefetcher(this.#forwarder, this.#state, () => () => {}),
    recorder: {
      record: (query) => {
        const { logOutcome, decision } = query
        const [outcome = '', reason = ''] = [OUTCOMES[logOutcome], REASONS[decision.reason]]
        const { ruleId, forwardRuleId, listId } = decision
        this.#recorded = { outcome, reason, shadow: shadowOf(query), ruleId: ruleId || forwardRuleId, listId }
      },
      begin: () => {},
      end: () => {},
    },
    cookies: new ServerCookies(createCookieSecrets()),
    after: () => () => {},
    onBug: (error) => {
      throw error
    },
  })

  get config(): ConfigData {
    return {
      revision: 1,
      settings: this.settings,
      groups: this.#groups,
      clients: this.#clients,
      overrides: this.#overrides,
      schedules: this.#schedules,
      lists: configOf({ lists: this.#lists }).lists,
      ruleSets: this.#ruleSets,
      rules: { kind: 'full', rules: this.#rules },
      faults: [],
    }
  }

  /** Compiled anew, as explanations and simulations have one of their own. */
  compile(): LivePolicy {
    return new LivePolicy(this.config, this.#lists.length === 0 ? null : compileLists(this.#lists))
  }

  #waitingLimit(): WaitingLimit {
    this.#waiting.limit = this.settings.access.waitingQueries
    return this.#waiting
  }

  #currentPolicy(): LivePolicy {
    if (!this.#policy) this.#edition++
    this.#policy ??= this.compile()
    return this.#policy
  }

  #row(input: RuleInput): RuleRow {
    const checked = checkRule(input)
    if (!checked.ok) throw new Error(checked.error.map(({ message }) => message).join())
    return { ...checked.value, id: this.#rules.length + 1 }
  }

  #forward({ name, qtype, qclass, upstreams }: ForwardRequest): ForwardReply {
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
    const code = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'].indexOf(rcode)
    const flags = (isValidated === 'AD' ? 0x81a0 : 0x8180) | code
    const message = encode({ type: 'response', id: 0, flags, questions: [question], answers, authorities, additionals })
    const checked = checkResponse(message, message.length, { id: 0, name: toWire(question.name), qtype, qclass })
    if (!checked.ok) throw new Error(`the scripted reply is no response: ${checked.error}`)
    const { message: octets, length, ...facts } = checked.value
    return { ok: true, message: octets, length, facts, upstreamIndex: 0 }
  }
}
