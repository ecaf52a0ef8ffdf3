/**
 * The resolver's status for health: asked for each time, but not waited for long. Its main thread may be busy for a
 * second with a large change of rules, while its workers answer as ever; what it said last counts then.
 */
import type { Clock } from '@weir/shared/clock'
import type { StatusReply } from '@weir/shared/control/messages'
import { ok, type Result } from '@weir/shared/result'
import type { ResolverClient } from '../../resolver-client.ts'
import type { ResolverFault } from '../../resolver-fault.ts'

/** Whoever watches health expects an answer within 50 ms. */
const PATIENCE_MS = 25
/** Older words say nothing about now: health waits for new ones, or for the fault. */
const MAX_AGE_MS = 10_000

export interface RecentStatus {
  readonly status: StatusReply
  /** False: said up to MAX_AGE_MS ago. */
  readonly isNew: boolean
}

export class StatusWatch {
  readonly #resolver: ResolverClient
  readonly #clock: Clock
  #last: { readonly status: StatusReply; readonly atMs: number } | undefined
  #asking: Promise<Result<StatusReply, ResolverFault>> | undefined

  constructor(resolver: ResolverClient, clock: Clock) {
    this.#resolver = resolver
    this.#clock = clock
  }

  async read(): Promise<Result<RecentStatus, ResolverFault>> {
    // One question at a time: a resolver that is slow is not asked by every watcher again.
    this.#asking ??= this.#ask()
    const asking = this.#asking
    const last = this.#last
    if (!last || this.#clock.monotonic() - last.atMs > MAX_AGE_MS) return asNew(await asking)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<undefined>((resolve) => {
      // After the answers that have come meanwhile, when this thread itself was late.
      timer = setTimeout(() => setImmediate(resolve, undefined), PATIENCE_MS)
    })
    const answer = await Promise.race([asking, patience])
    clearTimeout(timer)
    return answer ? asNew(answer) : ok({ status: last.status, isNew: false })
  }

  async #ask(): Promise<Result<StatusReply, ResolverFault>> {
    const reply = await this.#resolver.status()
    this.#asking = undefined
    this.#last = reply.ok ? { status: reply.value, atMs: this.#clock.monotonic() } : undefined
    return reply
  }
}

const asNew = (reply: Result<StatusReply, ResolverFault>): Result<RecentStatus, ResolverFault> =>
  reply.ok ? ok({ status: reply.value, isNew: true }) : reply
