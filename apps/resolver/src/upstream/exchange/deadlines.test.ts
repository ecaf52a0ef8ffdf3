import { expect, it } from 'vitest'
import { Deadline, Deadlines } from './deadlines.ts'

class Noted extends Deadline {
  readonly #onDue: () => void
  constructor(onDue: () => void) {
    super()
    this.#onDue = onDue
  }
  onDue(): void {
    this.#onDue()
  }
}

const until = (deadlines: Deadlines, delayMs: number): Promise<number> => {
  const startedAtMs = performance.now()
  return new Promise((resolve) => deadlines.set(new Noted(() => resolve(performance.now() - startedAtMs)), delayMs))
}

it('calls each when its time has come, and none before, in their order', async () => {
  const deadlines = new Deadlines()
  const order: number[] = []
  const delays = [60, 5, 30, 0]
  const elapsed = await Promise.all(
    delays.map(async (delayMs) => {
      const ms = await until(deadlines, delayMs)
      order.push(delayMs)
      return ms
    }),
  )
  for (const [i, delayMs] of delays.entries()) expect(elapsed[i]).toBeGreaterThanOrEqual(delayMs)
  expect(order.slice(-2)).toEqual([30, 60])
})

it('does not call what was cancelled, wherever it stands in its slot', async () => {
  const deadlines = new Deadlines()
  const called: number[] = []
  const all = Array.from({ length: 9 }, (_, i) => new Noted(() => called.push(i)))
  for (const each of all) deadlines.set(each, 20)
  for (const i of [0, 4, 8, 4]) deadlines.cancel(all[i]!)
  await until(deadlines, 40)
  expect(called.sort()).toEqual([1, 2, 3, 5, 6, 7])
})

it('lets a deadline that is due cancel its neighbours and set new ones', async () => {
  const deadlines = new Deadlines()
  const called: string[] = []
  const others = [0, 1].map((i) => new Noted(() => called.push(`other ${i}`)))
  const first = new Noted(() => {
    for (const each of others) deadlines.cancel(each)
    called.push('first')
  })
  deadlines.set(others[0]!, 20)
  deadlines.set(others[1]!, 20)
  deadlines.set(first, 20)
  await until(deadlines, 30)
  await until(deadlines, 30)
  expect(called).toContain('first')
  expect(others.every((each) => !each.isSet)).toBe(true)
})

it('keeps what is due after more than a turn of the wheel for its own turn', async () => {
  const deadlines = new Deadlines()
  const late = new Noted(() => expect.unreachable())
  deadlines.set(late, 512 * 10 + 20)
  await until(deadlines, 60)
  expect(late.isSet).toBe(true)
  deadlines.cancel(late)
})
