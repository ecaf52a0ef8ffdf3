import { fail, ok, type Result } from '@weir/shared/result'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IndexBuilder } from '../rules/compile-index.ts'
import type { CompiledIndex, CompiledTier, ListRow } from '../rules/policy-data.ts'
import { splitLists } from '../rules/split-lists.ts'
import type { CompileRequest } from '../store/compile-messages.ts'
import { IndexKeeper } from './index-keeper.ts'

const BUDGET_OCTETS = 1024 * 1024

/** What was asked of the keeper's surroundings, in order. */
let log: string[]
let compiles: { request: CompileRequest; settle(result: Result<CompiledIndex, string>): void }[]
let confirms: boolean
beforeEach(() => {
  log = []
  compiles = []
  confirms = true
  vi.useFakeTimers({ toFake: ['setTimeout'] })
})
afterEach(() => vi.useRealTimers())

const keeperOf = (index: CompiledIndex | null = null, fault: string | null = null): IndexKeeper =>
  new IndexKeeper(
    {
      databasePath: 'weir.db',
      indexPath: 'rules.index',
      tiersPath: 'tiers',
      compile: (request) => new Promise((settle) => compiles.push({ request, settle })),
      retireTiers: ({ tier }) => void log.push(`retire all but ${tier?.id}`),
      applyIndex: ({ tier, lists }) => {
        log.push(`apply ${lists.map(({ listId }) => listId)} and ${tier?.id}`)
        return Promise.resolve(confirms)
      },
      onFault: (detail) => void log.push(detail),
    },
    index,
    fault,
  )

const list = (id: number, names: number, activeVersionId: number | null = id, revision = 1): ListRow => ({
  id,
  name: `list ${id}`,
  kind: 'block',
  enabled: true,
  groups: [],
  answer: null,
  position: id,
  activeVersionId,
  names,
  revision,
})
const SMALL = list(1, 100)
const LARGE = list(2, 1_000_000)

/** What the compiler would make: only who is where counts. */
function made({ key, revision, lists, memoryBudgetOctets, tier }: CompileRequest, tierId: string): CompiledIndex {
  const { inMemory, onDisk, filterOctets } = splitLists(lists, memoryBudgetOctets)
  const index = new IndexBuilder(0, key, revision).finish(inMemory, [])
  if (onDisk.length === 0) return index
  const filter = { bits: new SharedArrayBuffer(filterOctets), probes: 4 }
  const another = { id: tierId, key, lists: onDisk, budgetOctets: memoryBudgetOctets, filter, sets: index.sets }
  return { ...index, tier: tier?.id === tierId ? tier : (another as unknown as CompiledTier) }
}

/** Ends the compile that was begun last. */
async function finish(tierId = 'tier'): Promise<CompiledIndex> {
  const { request, settle } = compiles.at(-1)!
  const index = made(request, tierId)
  settle(ok(index))
  await settled()
  return index
}
const settled = () => new Promise(setImmediate)
const compiledLists = (): number[][] => compiles.map(({ request }) => request.lists.map(({ listId }) => listId))

/** With SMALL in memory and LARGE in a tier, both in effect and saved. */
async function running(): Promise<IndexKeeper> {
  const keeper = keeperOf()
  keeper.want([SMALL, LARGE], 1, BUDGET_OCTETS)
  await finish()
  keeper.noteSaved(await finish())
  return keeper
}

describe('a first tier', () => {
  it('comes after what fits into memory, which filters meanwhile', async () => {
    const keeper = keeperOf()
    keeper.want([SMALL, LARGE], 1, BUDGET_OCTETS)
    const all = keeper.settled(1)
    expect([compiledLists(), keeper.isMakingTier]).toEqual([[[1]], true])
    await finish()
    expect([compiledLists(), keeper.isMakingTier]).toEqual([[[1], [1, 2]], true])
    const index = await finish()
    expect(await all).toBe(true)
    expect([log, keeper.index, keeper.isMakingTier]).toEqual([
      ['apply 1 and undefined', 'apply 1 and tier'],
      index,
      false,
    ])
  })

  it('is all that is compiled, whatever the sizes of the lists in memory', async () => {
    const keeper = keeperOf()
    keeper.want([list(1, 200), list(3, 100), LARGE], 1, BUDGET_OCTETS)
    await finish()
    await finish()
    expect([compiledLists(), keeper.index?.tier?.id]).toEqual([
      [
        [1, 3],
        [1, 3, 2],
      ],
      'tier',
    ])
  })

  it('is missing by name where the start went on without it', async () => {
    const keeper = keeperOf()
    keeper.want([SMALL, LARGE], 1, BUDGET_OCTETS)
    await finish()
    keeper.goOnWithoutTier()
    expect(keeper.fault).toContain('names on disk are being made again')
    await finish()
    expect(keeper.fault).toBeNull()
  })
})

describe('a tier', () => {
  it('goes on when lists in memory change, and is made anew when its own do', async () => {
    const keeper = await running()
    keeper.want([list(1, 120, 7, 2), LARGE], 2, BUDGET_OCTETS)
    expect(compiles.at(-1)?.request.tier?.id).toBe('tier')
    keeper.noteSaved(await finish())
    keeper.want([list(1, 120, 7, 2), list(2, 1_000_001, 8, 3)], 3, BUDGET_OCTETS)
    const changed = keeper.settled(3)
    await finish('another')
    expect([await changed, keeper.index?.tier?.id, compiles.length]).toEqual([true, 'another', 4])
  })

  it('that is not needed leaves with the next index, when all have it and it is saved', async () => {
    const keeper = await running()
    log = []
    confirms = false
    keeper.want([SMALL], 2, BUDGET_OCTETS)
    keeper.noteSaved(await finish())
    // Some worker may still read from it.
    expect(log).toEqual(['apply 1 and undefined'])
    confirms = true
    keeper.want([list(1, 130, 9, 3)], 3, BUDGET_OCTETS)
    const index = await finish()
    expect(log).toEqual(['apply 1 and undefined', 'apply 1 and undefined'])
    keeper.noteSaved(index)
    expect(log.at(-1)).toBe('retire all but undefined')
  })

  it('is made again once when it is damaged, and not from what is there', async () => {
    const keeper = await running()
    const { length } = compiles
    keeper.rebuildTier('tier', 'page 7')
    keeper.rebuildTier('tier', 'page 9')
    keeper.rebuildTier('one of before', 'page 1')
    expect([compiles.length, compiles.at(-1)?.request.tier]).toEqual([length + 1, null])
    expect(keeper.fault).toContain('the names of damaged pages are blocked: page 7')
    await finish('another')
    expect([keeper.fault, keeper.index?.tier?.id, compiles.length]).toEqual([null, 'another', length + 1])
    keeper.rebuildTier('another', 'page 3')
    expect(compiles).toHaveLength(length + 2)
  })

  it('for another budget is another one', async () => {
    const keeper = await running()
    const { length } = compiles
    keeper.want([SMALL, LARGE], 2, 2 * BUDGET_OCTETS)
    await finish('larger')
    expect([keeper.index?.tier?.id, keeper.fault, compiles.length]).toEqual(['larger', null, length + 1])
  })

  it('for which the system gives no thread is tried again after a while: nothing is thrown', async () => {
    const keeper = await running()
    keeper.want([SMALL, list(2, 2_000_000, 8, 2)], 2, BUDGET_OCTETS)
    const made = keeper.settled(2)
    compiles.at(-1)?.settle(Promise.reject(new Error('no thread')) as never)
    expect([await made, keeper.fault]).toEqual([false, expect.stringContaining('no thread')])
    const { length } = compiles
    vi.advanceTimersByTime(300_000)
    expect(compiles).toHaveLength(length + 1)
  })

  it('that there is no room for is tried again after a while, and with the next change', async () => {
    const keeper = await running()
    const { length } = compiles
    const grown = [SMALL, list(2, 2_000_000, 8, 2)]
    keeper.want(grown, 2, BUDGET_OCTETS)
    const first = keeper.settled(2)
    compiles.at(-1)?.settle(fail('the disk is full'))
    expect(await first).toBe(false)
    expect([keeper.index?.tier?.id, keeper.fault]).toEqual(['tier', expect.stringContaining('the disk is full')])
    // The same wish again, at each poll.
    keeper.want(grown, 2, BUDGET_OCTETS)
    expect(compiles).toHaveLength(length + 1)
    vi.advanceTimersByTime(300_000)
    expect(compiles).toHaveLength(length + 2)
    compiles.at(-1)?.settle(fail('the disk is full'))
    await settled()
    keeper.want([SMALL, LARGE], 3, BUDGET_OCTETS)
    expect([await keeper.settled(3), keeper.fault, compiles.length]).toEqual([true, null, length + 2])
  })
})
