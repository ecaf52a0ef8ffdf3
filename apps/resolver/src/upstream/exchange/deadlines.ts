/**
 * The time limits of many queries, kept by one timer: a hashed timing wheel (Varghese and Lauck, 1987).
 *
 * Nearly every limit is cancelled by its reply, and so the two that count are cheap: adding and cancelling link a list.
 */

import { systemClock } from '@weir/shared/clock'

/** Limits are kept to this, never early: much less than any time-out. */
const TICK_MS = 10
/** A turn of the wheel is five seconds, longer than any query may take; what is due later goes round again. */
const SLOTS = 512

/** Something with a time limit. One limit at a time. */
export abstract class Deadline {
  /** Neighbours in its slot; written by `Deadlines` alone. */
  before: Deadline | null = null
  behind: Deadline | null = null
  dueTick = 0
  isSet = false

  abstract onDue(): void
}

export class Deadlines {
  readonly #slots: (Deadline | null)[] = new Array<Deadline | null>(SLOTS).fill(null)
  #count = 0
  /** Up to here all that was due is done. */
  #tick = 0
  #timer: NodeJS.Timeout | null = null

  /** Calls `onDue` after `delayMs`, unless it is cancelled before. */
  set(deadline: Deadline, delayMs: number): void {
    const nowTick = systemClock.monotonic() / TICK_MS
    if (this.#timer === null) {
      this.#tick = Math.floor(nowTick)
      this.#timer = setInterval(this.#turn, TICK_MS)
    }
    const dueTick = Math.max(Math.ceil(nowTick + delayMs / TICK_MS), this.#tick + 1)
    const slot = dueTick % SLOTS
    const behind = this.#slots[slot]!
    deadline.dueTick = dueTick
    deadline.isSet = true
    deadline.before = null
    deadline.behind = behind
    if (behind !== null) behind.before = deadline
    this.#slots[slot] = deadline
    this.#count++
  }

  cancel(deadline: Deadline): void {
    if (!deadline.isSet) return
    const { before, behind } = deadline
    if (before === null) this.#slots[deadline.dueTick % SLOTS] = behind
    else before.behind = behind
    if (behind !== null) behind.before = before
    deadline.isSet = false
    deadline.before = null
    deadline.behind = null
    this.#count--
  }

  /** Runs while there is something to wait for, and until the next tick after that: queries come in quick succession. */
  readonly #turn = (): void => {
    if (this.#count === 0) {
      clearInterval(this.#timer ?? undefined)
      this.#timer = null
      return
    }
    const nowTick = Math.floor(systemClock.monotonic() / TICK_MS)
    // After a long pause each slot is looked at once.
    const first = Math.max(this.#tick + 1, nowTick - SLOTS + 1)
    for (let tick = first; tick <= nowTick; tick++) this.#empty(tick % SLOTS, nowTick)
    this.#tick = nowTick
  }

  /** What is due may set new limits and cancel others: each time the slot is looked at from its start. */
  #empty(slot: number, nowTick: number): void {
    let deadline = this.#slots[slot]!
    while (deadline !== null) {
      const isDue = deadline.dueTick <= nowTick
      const next: Deadline | null = deadline.behind
      if (isDue) {
        this.cancel(deadline)
        deadline.onDue()
      }
      deadline = isDue ? this.#slots[slot]! : next!
    }
  }
}
