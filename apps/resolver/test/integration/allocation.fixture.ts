/**
 * A program that answers cached and blocked queries, by the real stages and nothing else, until a round of them allocates
 * nothing or it gives up; prints what the last round took. Apart from the test, whose loader changes what the engine makes
 * of modules.
 */
import { getHeapStatistics } from 'node:v8'
import { systemClock } from '@weir/shared/clock'
import { defaultSettings } from '@weir/shared/contract/settings'
import { toWire } from '@weir/shared/dns/domain-name'
import { OUTCOMES } from '@weir/shared/log/outcomes'
import { buildPipeline, type PipelineState } from '../../src/build-pipeline.ts'
import { createCacheBuffer } from '../../src/cache/cache-layout.ts'
import { SharedCache } from '../../src/cache/shared-cache.ts'
import { AccessList } from '../../src/limits/access-list.ts'
import { createCookieSecrets, ServerCookies } from '../../src/limits/server-cookies.ts'
import { createRateTable, RateLimiter } from '../../src/limits/token-bucket.ts'
import { createWaitingTable, WaitingLimit } from '../../src/limits/waiting-limit.ts'
import { Prefetcher } from '../../src/pipeline/stages/prefetcher.ts'
import { QueryContext } from '../../src/query/query-context.ts'
import type { ListFixture } from '../../src/rules/lists.fixture.ts'
import { compileLists, configOf } from '../../src/rules/policy.fixture.ts'
import type { ConfigData, RuleRow } from '../../src/rules/policy-data.ts'
import { createCounters } from '../../src/telemetry/counters.ts'
import { LogRecord } from '../../src/telemetry/log-record.ts'
import { createRing, LogRingReader } from '../../src/telemetry/log-ring.ts'
import { SharedRecorder } from '../../src/telemetry/recorder.ts'
import { LivePolicy } from '../../src/threads/live-policy.ts'

const NAMES = 32
const BATCHES_A_ROUND = 300
/** At most one octet a query: what asking for the heap's size takes, and the time of each batch. */
const OCTETS_A_ROUND = 28_800
/** The engine compiles in the background, when it has time: on a busy machine that takes some rounds. */
const MAX_ROUNDS = 100

const blockRule: RuleRow = {
  id: 1,
  action: 'block',
  match: 'suffix',
  pattern: 'blocked.example',
  enabled: true,
  important: false,
  ttlSeconds: null,
  expiresAt: null,
}

/** Who is blocked by it is told the list and the entry (RFC 8914), where the query has EDNS. */
const list: ListFixture = { id: 1, name: 'Ads', entries: [{ name: 'listed.example', match: 'suffix' }] }
const EXPLANATION = 'blocked by list Ads, rule listed.example'

/** 20 groups, 200 clients, 10 schedules: what decides must not cost by being there. The client that asks is in group 3. */
function household(): Pick<ConfigData, 'groups' | 'clients' | 'schedules' | 'ruleSets'> {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const
  const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
  return {
    schedules: range(10).map((i) => ({
      id: i + 1,
      timeZone: i % 2 === 0 ? 'Europe/Berlin' : 'America/New_York',
      windows: [{ days: [...days], from: `${10 + i}:30`, until: '06:30' }],
    })),
    groups: range(20).map((i) => ({
      id: i + 1,
      name: i === 0 ? 'Everyone' : `Group ${i}`,
      isDefault: i === 0,
      answer: null,
      schedule: i > 0 && i % 2 === 0 ? (i % 10) + 1 : null,
      logPrivacy: i === 5 ? ('hide-name' as const) : null,
    })),
    clients: range(200).map((i) => ({
      prefix: i < 100 ? `192.0.2.${i}` : i < 150 ? `198.51.100.${i}/31` : `2001:db8:${i}::/48`,
      groupId: i === 7 ? 3 : (i % 20) + 1,
      name: `client ${i}`,
      tags: i % 3 === 0 ? ['school'] : [],
    })),
    ruleSets: ['youtube', 'tiktok', 'roblox'].map((id) => ({
      kind: 'service' as const,
      id,
      enabled: true,
      groups: [2, 3],
      perGroup: [{ group: 3, enabled: true, schedule: 4 }],
      answer: null,
    })),
  }
}

function setUp() {
  const settings = defaultSettings(['192.0.2.53'])
  const config: ConfigData = {
    revision: 1,
    settings,
    ...household(),
    overrides: [],
    lists: configOf({ lists: [list] }).lists,
    rules: { kind: 'full', rules: [blockRule] },
    faults: [],
  }
  const policy = new LivePolicy(config, compileLists([list]))
  const cache = new SharedCache(createCacheBuffer(1024 * 1024))
  const memory = { counters: createCounters(), ring: createRing() }
  const state: PipelineState = {
    policy,
    cache,
    edition: 1,
    access: new AccessList([], []),
    limiter: new RateLimiter(0, createRateTable()),
    waiting: new WaitingLimit(1000, createWaitingTable(1)),
    isAnyMinimal: true,
    dns64: null,
    serveStaleSeconds: 86_400,
    prefetches: true,
    cutsAtNxdomain: true,
    times: settings.cache,
  }
  const forwarder = {
    forward: () => {
      throw new Error('nothing is to be forwarded here')
    },
  }
  const handler = buildPipeline({
    current: () => state,
    forwarder,
    prefetcher: new Prefetcher(
      forwarder,
      () => state,
      () => () => {},
    ),
    recorder: new SharedRecorder(memory, systemClock),
    cookies: new ServerCookies(createCookieSecrets()),
    after: () => () => {},
    onBug: (error) => {
      throw error
    },
  })
  return { handler, cache, policy, log: new LogRingReader(memory.ring) }
}

const question = (name: string): Uint8Array => Uint8Array.of(...toWire(name), 0, 1, 0, 1)

function keep({ cache, policy }: ReturnType<typeof setUp>, name: string): void {
  const record = [0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, 192, 0, 2, 1]
  const message = Uint8Array.of(0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question(name), ...record)
  const key = {
    name: toWire(name),
    nameLength: toWire(name).length,
    qtype: 1,
    qclass: 1,
    dnssecOk: false,
    checkingDisabled: false,
    upstreamGroupId: policy.policy.upstreams.defaultGroup.id,
  }
  cache.store(key, message, message.length, 3600, 0, Date.now())
}

/** An OPT record with the client's part of a cookie, or with a server's part that has to be hashed to be known for wrong. */
function cookieRecord(isFull: boolean): number[] {
  const seconds = Math.floor(Date.now() / 1000)
  const server = [1, 0, 0, 0, seconds >>> 24, seconds >>> 16, seconds >>> 8, seconds, 1, 2, 3, 4, 5, 6, 7, 8]
  const cookie = [8, 7, 6, 5, 4, 3, 2, 1, ...(isFull ? server : [])]
  return [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, cookie.length + 4, 0, 10, 0, cookie.length, ...cookie]
}

/** Of three names one asks without EDNS, one with a client's cookie, one with both. */
function slotFor(name: string, i: number): QueryContext {
  const record = i % 3 === 0 ? [] : cookieRecord(i % 3 === 1)
  const message = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, i % 3 && 1, ...question(name), ...record)
  const slot = new QueryContext(message, new Uint8Array(4096))
  slot.messageLength = message.length
  slot.clientAddress.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7])
  return slot
}

export interface AllocationReport {
  readonly octets: number
  readonly queries: number
  readonly answered: number
  readonly rounds: number
  readonly outcomes: readonly string[]
  /** Names that were asked in each batch, and of those how many were told the list's entry. */
  readonly slots: number
  readonly explained: number
}

function run(): AllocationReport {
  const world = setUp()
  const { handler, log } = world
  const cached = Array.from({ length: NAMES }, (_, i) => `host${i}.example.org`)
  for (const name of cached) keep(world, name)
  const slots = cached.flatMap((name, i) =>
    [name, `host${i}.blocked.example`, `host${i}.listed.example`].map((asked) => slotFor(asked, i)),
  )
  const record = new LogRecord()
  let answered = 0
  const done = (_: QueryContext, send: boolean): void => {
    if (send) answered++
  }
  const batch = (): void => {
    const nowMs = systemClock.now()
    const startedAtMs = systemClock.monotonic()
    handler.batches?.begin(startedAtMs)
    for (const slot of slots) {
      slot.reset()
      slot.receivedAtMs = nowMs
      slot.startedAtMs = startedAtMs
      handler.handle(slot, done)
    }
    handler.batches?.end()
  }
  const octetsOfRound = (): number => {
    const before = getHeapStatistics().used_heap_size
    for (let i = 0; i < BATCHES_A_ROUND; i++) batch()
    return getHeapStatistics().used_heap_size - before
  }
  let octets = -1
  let rounds = 0
  // A round in which the collector ran is below zero, and says nothing.
  for (; (octets < 0 || octets > OCTETS_A_ROUND) && rounds < MAX_ROUNDS; rounds++) {
    while (log.read(record));
    octets = octetsOfRound()
  }
  const outcomes = [...new Set(slots.map(({ logOutcome }) => OUTCOMES[logOutcome]!))]
  const explained = slots.filter(({ out, outLength }) => textOf(out, outLength).includes(EXPLANATION)).length
  const queries = slots.length * BATCHES_A_ROUND
  return { octets, queries, answered, rounds, outcomes, slots: slots.length, explained }
}

const textOf = (out: Uint8Array, length: number): string => Buffer.from(out.subarray(0, length)).toString('latin1')

process.stdout.write(JSON.stringify(run()))
