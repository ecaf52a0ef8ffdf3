/** Memory that the main thread and its query workers look into together; the response cache has its own (`cache-memory.ts`). */
import { createRateTable } from '../limits/token-bucket.ts'
import { createWaitingTable } from '../limits/waiting-limit.ts'
import { createCounters } from '../telemetry/counters.ts'
import { createRing } from '../telemetry/log-ring.ts'
import type { WorkerStart } from '../threads/worker-messages.ts'
import { CookieSecrets } from './cookie-secrets.ts'

export class WorkerMemory {
  /** One a worker. */
  readonly counters: readonly SharedArrayBuffer[]
  /** Of the query log, one a worker. */
  readonly rings: readonly SharedArrayBuffer[]
  readonly #rateTable = createRateTable()
  readonly #waitingTable: SharedArrayBuffer
  readonly #cookieSecrets = new CookieSecrets()

  constructor(workers: number) {
    this.counters = Array.from({ length: workers }, createCounters)
    this.rings = Array.from({ length: workers }, () => createRing())
    this.#waitingTable = createWaitingTable(workers)
  }

  /** What one of them gets to see. */
  of(workerIndex: number): Pick<WorkerStart, 'recorder' | 'rateTable' | 'waitingTable' | 'cookieSecrets'> {
    return {
      recorder: { counters: this.counters[workerIndex]!, ring: this.rings[workerIndex]! },
      rateTable: this.#rateTable,
      waitingTable: this.#waitingTable,
      cookieSecrets: this.#cookieSecrets.memory,
    }
  }

  /** The cookies' secrets are renewed no more. */
  stop(): void {
    this.#cookieSecrets.stop()
  }
}
