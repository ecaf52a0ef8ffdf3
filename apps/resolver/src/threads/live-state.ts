/** What a worker answers by: the policy, the cache and the settings of the moment, replaced part by part while it answers. */
import type { Settings } from '@weir/shared/contract/settings'
import { parsePrefix } from '@weir/shared/dns/ip-address'
import type { PipelineState } from '../build-pipeline.ts'
import { SharedCache } from '../cache/shared-cache.ts'
import { AccessList } from '../limits/access-list.ts'
import { RateLimiter } from '../limits/token-bucket.ts'
import { WaitingLimit } from '../limits/waiting-limit.ts'
import { type Dns64Terms, dns64Terms } from '../pipeline/dns64-terms.ts'
import { finishInSlices } from '../rules/list-rules.ts'
import { eachRow } from '../rules/packed-rows.ts'
import type { ListRuleRow } from '../rules/policy-data.ts'
import { tierOpener } from '../store/open-tier.ts'
import { LivePolicy } from './live-policy.ts'
import type { PostedIndex, WorkerStart, WorkerState } from './worker-messages.ts'

/** `performance.now` begins anew in each thread; this brings it to the clock that all have in common. */
const CLOCK_ORIGIN_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Builds what the stages read from configuration; kept parts stay the same object. */
export class LiveState implements PipelineState {
  readonly policy: LivePolicy
  #edition = 1
  cache: SharedCache | null
  access!: AccessList
  limiter!: RateLimiter
  readonly waiting: WaitingLimit
  times!: Settings['cache']
  serveStaleSeconds = 0
  prefetches = true
  cutsAtNxdomain = true
  isAnyMinimal = true
  dns64: Dns64Terms | null = null
  readonly #rateTable: SharedArrayBuffer
  #queriesPerSecond = -1
  #replacing: Promise<void> = Promise.resolve()

  /** @param onTierDamaged told of files that cannot be read as they should; queries are answered without them */
  constructor(start: WorkerStart, onTierDamaged: (tierId: string, detail: string) => void) {
    const { state, rateTable, waitingTable, workerIndex, tiersPath } = start
    this.#rateTable = rateTable
    this.waiting = new WaitingLimit(state.config.settings.access.waitingQueries, waitingTable, workerIndex)
    const { storage } = state.config.settings
    const openTier = tierOpener(tiersPath, () => this.policy?.policy.settings.storage ?? storage, onTierDamaged)
    const index = state.index && { ...state.index, listRules: [...eachRow<ListRuleRow>(state.index.listRules)] }
    this.policy = new LivePolicy(state.config, index, openTier)
    this.policy.policy.designate(state.designation)
    this.cache = state.cache && new SharedCache(state.cache)
    this.#useSettings(state.config.settings)
  }

  /** Both only rise, so that no sum comes twice. */
  get edition(): number {
    return this.#edition + this.policy.policy.scheduleEpoch
  }

  /**
   * Queries are answered by the index of before until the complex lines of this one are filed. One after the other: the last that
   * was sent is the last that is taken.
   */
  replaceIndex(posted: PostedIndex): Promise<void> {
    this.#replacing = this.#replacing
      .catch(() => {})
      .then(async () => {
        const { policy } = this.policy
        const index = { ...posted, listRules: [] }
        const rules = await finishInSlices(policy.fileListRules(index, eachRow<ListRuleRow>(posted.listRules)))
        policy.replaceIndex(index, rules)
        this.#edition++
      })
    return this.#replacing
  }

  apply({ config, cache, designation }: Partial<WorkerState>): void {
    this.#edition++
    if (designation !== undefined) this.policy.policy.designate(designation)
    if (config) {
      this.policy.apply(config)
      this.#useSettings(config.settings)
    }
    if (cache !== undefined) this.cache = cache && new SharedCache(cache)
  }

  #useSettings({ access, cache, dns64 }: Settings): void {
    const prefixes = (texts: readonly string[]) => texts.flatMap((text) => parsePrefix(text) ?? [])
    this.access = new AccessList(prefixes(access.allowedClients), prefixes(access.deniedClients))
    this.isAnyMinimal = access.minimalAny
    this.waiting.limit = access.waitingQueries
    this.times = cache
    this.dns64 = dns64Terms(dns64)
    this.serveStaleSeconds = cache.serveStaleSeconds
    this.prefetches = cache.prefetch
    this.cutsAtNxdomain = cache.nxdomainCut
    if (access.queriesPerSecond === this.#queriesPerSecond) return
    this.#queriesPerSecond = access.queriesPerSecond
    this.limiter = new RateLimiter(access.queriesPerSecond, this.#rateTable, CLOCK_ORIGIN_MS)
  }
}
