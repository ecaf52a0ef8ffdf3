import { ManualClock } from '@weir/shared/clock'
import type { ListProgress } from '@weir/shared/contract/lists'
import { expect, it } from 'vitest'
import { ListActivity } from './list-activity.ts'

const at = (octets: number): ListProgress => ({ phase: 'parsing', share: null, octets, lines: 0 })

it('tells the beginning, the end, and at most four steps a second in between', async () => {
  const clock = new ManualClock()
  const told: (number | null)[] = []
  const activity = new ListActivity(clock, (listId) => told.push(activity.progressOf(listId)?.octets ?? null))
  await activity.during(7, 'fetching', async () => {
    for (let i = 1; i <= 1000; i++) {
      clock.advance(1)
      activity.report(7, at(i))
    }
  })
  expect(told).toEqual([0, 250, 500, 750, 1000, null])
})

it('counts a list as busy until the last of its updates is over', async () => {
  const activity = new ListActivity(new ManualClock(), () => {})
  const first = Promise.withResolvers<void>()
  const second = Promise.withResolvers<void>()
  const one = activity.during(7, 'fetching', () => first.promise)
  const two = activity.during(7, 'parsing', () => second.promise)
  first.resolve()
  await one
  expect(activity.progressOf(7)).not.toBeNull()
  second.resolve()
  await two
  expect(activity.progressOf(7)).toBeNull()
  activity.report(7, at(1))
  expect(activity.progressOf(7)).toBeNull()
})

it('tells lists that are being compiled how far that is, and no others', async () => {
  const clock = new ManualClock()
  const activity = new ListActivity(clock, () => {})
  const end = Promise.withResolvers<void>()
  const work = [7, 8].map((listId) => activity.during(listId, 'parsing', () => end.promise))
  activity.report(7, { phase: 'compiling', share: null, octets: 5, lines: 2 })
  activity.reportCompiled(0.25)
  expect(activity.progressOf(7)).toEqual({ phase: 'compiling', share: 0.25, octets: 5, lines: 2 })
  expect(activity.progressOf(8)).toMatchObject({ phase: 'parsing', share: null })
  end.resolve()
  await Promise.all(work)
})
