/** A resolver without sockets and threads: the real stages, rules, cache and wire code; upstream and clock are scripted. */
import { ManualClock } from '@weir/shared/clock'
import { parseAddress, toMapped } from '@weir/shared/dns/ip-address'
import { OUTCOMES, POLICY_EFFECTS, REASONS } from '@weir/shared/log/outcomes'
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
import { QueryContext, Transport } from '../../src/query/query-context.ts'
import { ScenarioConfig } from './scenario-config.ts'
import { ScriptedUpstreams, wireType } from './scripted-upstreams.ts'

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

function shadowOf({ shadowEffect, shadowRuleId, shadowListId }: QueryContext): string {
  if (shadowEffect < 0) return 'nothing'
  const who = shadowListId === 0 ? `rule ${shadowRuleId}` : `list ${shadowListId}`
  return `${POLICY_EFFECTS[shadowEffect]} ${who}`
}

export class ScenarioWorld {
  readonly clock = new ManualClock()
  readonly config = new ScenarioConfig(this.clock)
  readonly upstreams = new ScriptedUpstreams()
  readonly #cache = new SharedCache(createCacheBuffer(1024 * 1024))
  readonly #limiter = new RateLimiter(0, createRateTable())
  readonly #waiting = new WaitingLimit(0, createWaitingTable(1))
  #recorded = { outcome: '', reason: '', shadow: '', ruleId: 0, listId: 0 }

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

  readonly #state = (): PipelineState => {
    const { settings } = this.config
    const policy = this.config.current()
    this.#waiting.limit = settings.access.waitingQueries
    return {
      policy,
      edition: this.config.edition + policy.policy.scheduleEpoch,
      cache: this.#cache,
      serveStaleSeconds: settings.cache.serveStaleSeconds,
      prefetches: settings.cache.prefetch,
      cutsAtNxdomain: settings.cache.nxdomainCut,
      times: settings.cache,
      access: new AccessList([], []),
      limiter: this.#limiter,
      waiting: this.#waiting,
      isAnyMinimal: settings.access.minimalAny,
      dns64: dns64Terms(settings.dns64),
    }
  }

  readonly #handler = buildPipeline({
    current: this.#state,
    forwarder: this.upstreams,
    prefetcher: new Prefetcher(this.upstreams, this.#state, () => () => {}),
    recorder: {
      record: (query) => {
        const { logOutcome, decision } = query
        const [outcome = '', reason = ''] = [OUTCOMES[logOutcome], REASONS[decision.reason]]
        const { ruleId, forwardRuleId, listId } = decision
        this.#recorded = { outcome, reason, shadow: shadowOf(query), ruleId: ruleId || forwardRuleId, listId }
      },
      begin: () => {},
      end: () => {},
      beginResumed: () => {},
      endResumed: () => {},
    },
    cookies: new ServerCookies(createCookieSecrets()),
    after: () => () => {},
    onBug: (error) => {
      throw error
    },
  })
}
