import type { CacheTimes } from '../../cache/cacheability.ts'
import type { WaitingLimit } from '../../limits/waiting-limit.ts'
import type { ResponseCache } from '../../query/response-cache.ts'

export interface CacheAccess {
  /** Null while the cache is switched off. */
  readonly cache: ResponseCache | null
  /** RFC 8767; 0: never. */
  readonly serveStaleSeconds: number
}

export interface LookUpSettings extends CacheAccess {
  /** Nothing is below a name that does not exist (RFC 8020). */
  readonly cutsAtNxdomain: boolean
}

export interface KeepSettings extends LookUpSettings {
  readonly times: CacheTimes
}

export interface ForwardSettings extends KeepSettings {
  readonly waiting: WaitingLimit
}
