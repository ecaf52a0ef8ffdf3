/** Settings: one document, changed by sections (design sections 3, 6 and 9). Each field has the default that a first start uses. */
import { z } from 'zod'
import { WELL_KNOWN_NAT64 } from '../dns/nat64.ts'
import { BLOCK_ANSWER_KINDS, BlockAnswer, BlockError, MAX_TTL_SECONDS } from './block-answer.ts'
import { DEFAULT_LIST_SETTINGS, ListSettings } from './list-guard.ts'
import { Applied, Id, TimestampMs, Version } from './primitives.ts'
import { DEFAULT_STORAGE_SETTINGS, StorageSettings } from './storage-settings.ts'

export const UPSTREAM_STRATEGIES = ['failover', 'round-robin', 'fastest', 'parallel'] as const

const MAX_PAUSE_SECONDS = 366 * 86_400

export const BlockingSettings = z.strictObject({
  enabled: z.boolean(),
  /** Blocking is off until then; null: not paused. Given without `pauseSeconds`, a time of day that a clock that is set does not move. */
  pausedUntil: TimestampMs.nullable(),
  /** The pause was started for so long; null: until a time of day. Given without `pausedUntil`, one begins now. */
  pauseSeconds: z.int().min(1).max(MAX_PAUSE_SECONDS).nullable(),
  answer: BlockAnswer.extend({ kind: z.enum(BLOCK_ANSWER_KINDS), extendedError: BlockError.optional() }),
  ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS),
  /** Rules hold for CNAME and HTTPS/SVCB targets of answers too. */
  inspectAnswers: z.boolean(),
  /** Extended DNS Errors (RFC 8914) name the rule or list. */
  extendedErrors: z.boolean(),
})
export const UpstreamSettings = z.strictObject({
  servers: z.array(z.string().min(1).max(300)).min(1).max(32),
  strategy: z.enum(UPSTREAM_STRATEGIES),
  /** Patience with one server, before the next is asked. */
  timeoutMs: z.int().min(50).max(10_000),
  attempts: z.int().min(1).max(5),
})
export const CacheSettings = z.strictObject({
  enabled: z.boolean(),
  sizeOctets: z
    .int()
    .min(64 * 1024)
    .max(16 * 1024 ** 3),
  minTtlSeconds: z.int().min(0).max(86_400),
  maxTtlSeconds: z
    .int()
    .min(1)
    .max(86_400 * 7),
  negativeMaxTtlSeconds: z.int().min(0).max(86_400),
  /** RFC 8767; 0: never. */
  serveStaleSeconds: z
    .int()
    .min(0)
    .max(86_400 * 7),
  /** Popular answers are fetched anew shortly before they end. */
  prefetch: z.boolean(),
  /** RFC 8020: what the upstreams say does not exist has nothing below it either. Off at first: some deny names that have. */
  nxdomainCut: z.boolean(),
})
export const Dns64Settings = z.strictObject({
  /** RFC 6147: names that have IPv4 addresses alone get IPv6 addresses that a NAT64 translates. */
  enabled: z.boolean(),
  /** RFC 6052: /32, /40, /48, /56, /64 or /96. */
  prefix: z.string().max(50),
  /** Names, with all below them, that keep to what they have. */
  excludedNames: z.array(z.string().max(255)).max(1000),
})
export const RebindingSettings = z.strictObject({
  enabled: z.boolean(),
  /** Names (and what is below them) that may answer with private addresses. */
  allowedNames: z.array(z.string().max(255)).max(1000),
  /** Groups whose clients may get private addresses for every name. */
  allowedGroups: z.array(Id).max(1000),
})
export const AccessSettings = z.strictObject({
  /** Addresses and prefixes that may ask; empty: everyone. */
  allowedClients: z.array(z.string().max(50)).max(10_000),
  deniedClients: z.array(z.string().max(50)).max(10_000),
  /** Per client address, 0: no limit. */
  queriesPerSecond: z.int().min(0).max(1_000_000),
  /** Of one client address, that may wait for upstreams at a time; 0: no limit. */
  waitingQueries: z.int().min(0).max(50_000),
  /** ANY over UDP is answered as RFC 8482 says. */
  minimalAny: z.boolean(),
  /** Clients are told of DoT and DoH by `_dns.resolver.arpa` (RFC 9462). */
  designation: z.boolean(),
})
export const ClientSettings = z.strictObject({
  /** Whoever asks for the first time goes to this group, until somebody releases it; null: stays in the default group. */
  quarantineGroup: Id.nullable(),
  /** By PTR queries to the resolver itself, for private addresses. */
  findNames: z.boolean(),
})
export const LogSettings = z.strictObject({
  enabled: z.boolean(),
  retentionDays: z.int().min(1).max(3650),
  maxOctets: z
    .int()
    .min(10 * 1024 * 1024)
    .max(1024 ** 4),
  /** `full` keeps addresses, `prefix` cuts them to /24 and /56, `none` drops them. */
  clientPrivacy: z.enum(['full', 'prefix', 'none']),
  statisticsDays: z.int().min(1).max(3650),
})
export const HttpSettings = z.strictObject({
  /** Host names, besides addresses and localhost, under which the console may be opened (DNS rebinding of the console). */
  allowedHosts: z.array(z.string().max(255)).max(100),
  /** Addresses and prefixes of proxies of one's own, whose connections are many people's: no bound for one address holds there. */
  trustedProxies: z.array(z.string().max(50)).max(100),
  sessionHours: z
    .int()
    .min(1)
    .max(24 * 365),
  /** Without a request of a person; 0: only `sessionHours` counts. */
  sessionIdleMinutes: z
    .int()
    .min(0)
    .max(60 * 24 * 365),
  maxListOctets: z
    .int()
    .min(1024)
    .max(64 * 1024 ** 3),
})

export const Settings = z
  .strictObject({
    blocking: BlockingSettings,
    precedence: z.enum(['allow-first', 'block-first']),
    upstreams: UpstreamSettings,
    cache: CacheSettings,
    dns64: Dns64Settings,
    rebinding: RebindingSettings,
    access: AccessSettings,
    clients: ClientSettings,
    log: LogSettings,
    http: HttpSettings,
    lists: ListSettings,
    storage: StorageSettings,
  })
  .meta({ id: 'Settings' })
export type Settings = z.infer<typeof Settings>

export const SettingsPatch = z
  .strictObject({
    blocking: BlockingSettings.partial().optional(),
    precedence: Settings.shape.precedence.optional(),
    upstreams: UpstreamSettings.partial().optional(),
    cache: CacheSettings.partial().optional(),
    dns64: Dns64Settings.partial().optional(),
    rebinding: RebindingSettings.partial().optional(),
    access: AccessSettings.partial().optional(),
    clients: ClientSettings.partial().optional(),
    log: LogSettings.partial().optional(),
    http: HttpSettings.partial().optional(),
    lists: ListSettings.partial().optional(),
    storage: StorageSettings.partial().optional(),
  })
  .meta({ id: 'SettingsPatch' })
export type SettingsPatch = z.infer<typeof SettingsPatch>

/** The document as it is read, with its ETag. */
export const SettingsState = Settings.extend({ version: Version }).meta({ id: 'SettingsState' })
export type SettingsState = z.infer<typeof SettingsState>
export const SettingsSaved = SettingsState.extend(Applied.shape).meta({ id: 'SettingsSaved' })

/** What a first start writes; `servers` comes from WEIR_UPSTREAMS or the system's resolvers. */
export const defaultSettings = (servers: string[]): Settings => ({
  blocking: {
    enabled: true,
    pausedUntil: null,
    pauseSeconds: null,
    answer: { kind: 'null' },
    ttlSeconds: 60,
    inspectAnswers: true,
    extendedErrors: true,
  },
  precedence: 'allow-first',
  upstreams: { servers, strategy: 'failover', timeoutMs: 1500, attempts: 3 },
  cache: {
    enabled: true,
    sizeOctets: 32 * 1024 * 1024,
    minTtlSeconds: 0,
    maxTtlSeconds: 86_400,
    negativeMaxTtlSeconds: 3600,
    serveStaleSeconds: 86_400,
    prefetch: true,
    nxdomainCut: false,
  },
  dns64: { enabled: false, prefix: WELL_KNOWN_NAT64, excludedNames: [] },
  rebinding: { enabled: false, allowedNames: [], allowedGroups: [] },
  access: {
    allowedClients: [],
    deniedClients: [],
    queriesPerSecond: 0,
    waitingQueries: 1000,
    minimalAny: true,
    designation: true,
  },
  clients: { quarantineGroup: null, findNames: true },
  log: { enabled: true, retentionDays: 30, maxOctets: 2 * 1024 ** 3, clientPrivacy: 'full', statisticsDays: 400 },
  http: {
    allowedHosts: [],
    trustedProxies: [],
    sessionHours: 24 * 7,
    sessionIdleMinutes: 24 * 60,
    maxListOctets: 1024 ** 3,
  },
  lists: DEFAULT_LIST_SETTINGS,
  storage: DEFAULT_STORAGE_SETTINGS,
})
