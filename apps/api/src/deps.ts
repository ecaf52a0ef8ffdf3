/** What the app is built from: everything with state or I/O, handed in, so that tests can hand in their own. */

import type { Clock } from '@weir/shared/clock'
import type { Database } from '@weir/shared/db/open-database'
import type { FastifyBaseLogger } from 'fastify'
import type { ConfigStore } from './config-store.ts'
import type { EventHub } from './event-hub.ts'
import type { LogReader } from './log-reader.ts'
import type { ResolverClient } from './resolver-client.ts'
import type { SettingsStore } from './settings-store.ts'

export interface AppDeps {
  /** weir.db, open for writing. */
  readonly database: Database
  readonly config: ConfigStore
  readonly settings: SettingsStore
  readonly log: LogReader
  readonly resolver: ResolverClient
  readonly events: EventHub
  readonly clock: Clock
  readonly logger: FastifyBaseLogger
  /** Absolute; weir.db, log.db and temporary backups lie in it. */
  readonly dataDir: string
  /** Built console, absolute; may be missing. */
  readonly webDir: string
  readonly version: string
  /** WEIR_ADMIN_TOKEN. */
  readonly adminToken: string | undefined
  /** Found at start and later: what health reports beside the resolver's state. */
  readonly faults: Set<string>
}
