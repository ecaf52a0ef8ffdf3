/** What the files of this slice share: the app's parts they use, and their own. */
import type { AppDeps } from '../../deps.ts'
import type { FetchTimeLimits } from './fetch-list.ts'
import type { ListActivity } from './list-activity.ts'
import type { ListRepository } from './repository.ts'
import type { ResolveHost } from './resolve-host.ts'

/** What a test turns: the outside world of fetching. */
export interface FetchWorld {
  readonly resolveHost: ResolveHost
  readonly timeLimits: FetchTimeLimits
  /** 0…1, for jitter. */
  readonly random: () => number
}

export interface ListParts
  extends Pick<AppDeps, 'database' | 'config' | 'settings' | 'log' | 'resolver' | 'clock' | 'logger' | 'dataDir'> {
  readonly repository: ListRepository
  readonly activity: ListActivity
  readonly world: FetchWorld
  /** Of weir.db. */
  readonly databasePath: string
}
