import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXPLORATION_SHARE } from './fastest.ts'
import { STRATEGIES } from './strategies.ts'
import type { ServerView } from './strategy.ts'

const views = (...rtts: number[]): ServerView[] => rtts.map((smoothedRttMs, place) => ({ place, smoothedRttMs }))
const places = (servers: readonly ServerView[]): number[] => servers.map((server) => server.place)
const { failover, fastest, 'round-robin': roundRobin } = STRATEGIES

describe.each(Object.entries(STRATEGIES))('strategy %s', (_, strategy) => {
  it('asks each server once, whatever the times, the turn and chance', () => {
    const rtts = fc.array(fc.double({ min: -1, max: 5000, noNaN: true }), { maxLength: 32 })
    fc.assert(
      fc.property(
        rtts,
        fc.nat(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (times, turn, chance) => {
          const servers = views(...times)
          expect([...places(strategy(servers, turn, chance))].sort((a, b) => a - b)).toEqual(places(servers))
        },
      ),
    )
  })

  it('leaves what it is given as it is', () => {
    const servers = Object.freeze(views(30, 10, 20))
    strategy(servers, 1, 0.01)
    expect(places(servers)).toEqual([0, 1, 2])
  })
})

describe('order of strategies', () => {
  it('failover keeps the group’s order', () => {
    expect(places(failover(views(30, 10, 20), 7, 0))).toEqual([0, 1, 2])
  })

  it.each([
    [0, [0, 1, 2]],
    [1, [1, 2, 0]],
    [5, [2, 0, 1]],
  ])('round-robin starts turn %d at the next server', (turn, expected) => {
    expect(places(roundRobin(views(30, 10, 20), turn, 0))).toEqual(expected)
  })

  it('fastest asks the quickest first, and one of unknown speed before it', () => {
    expect(places(fastest(views(30, 10, 20), 0, 0.5))).toEqual([1, 2, 0])
    expect(places(fastest(views(30, 10, -1), 0, 0.5))).toEqual([2, 1, 0])
  })

  it('fastest explores the others now and then, each as often', () => {
    const firsts = Array.from({ length: 1000 }, (_, i) => places(fastest(views(30, 10, 20), 0, i / 1000))[0])
    const share = (place: number) => firsts.filter((first) => first === place).length / 1000
    expect([share(0), share(2)]).toEqual([EXPLORATION_SHARE / 2, EXPLORATION_SHARE / 2])
  })
})
