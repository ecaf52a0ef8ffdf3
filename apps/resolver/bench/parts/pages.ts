/** What the console's pages ask for, over HTTP, of a log of ten million queries: how long until the first rows are there. */
import { megabytes, milliseconds } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Weir } from '../comparison/weir.ts'
import { type BusyLog, makeBusyLog } from '../log/busy-log.ts'
import { clientAddress } from '../log/log-filler.ts'
import type { Part } from './part.ts'

const QUERIES = 10_000_000
const SMOKE_QUERIES = 100_000
const ROUNDS = 11
const SMOKE_ROUNDS = 1
/** Pages that a search may take; each is bounded in time, and the console goes on by itself. */
const MAX_PAGES = 1000
/** In no generated name: they have no hyphen. */
const ABSENT = 'no-such-text'

const searchesOf = ({ rareName, popularName, fromMs }: BusyLog): readonly [what: string, filter: string][] => [
  ['the newest', ''],
  ['of a client that asks often', `client=${clientAddress(0)}`],
  ['of a client that asks seldom', `client=${clientAddress(199)}`],
  ['blocked', 'outcome=blocked'],
  ['blocked by a list, of one client', `outcome=blocked&list=3&client=${clientAddress(150)}`],
  ['of a name that is asked for often', `name==${popularName}`],
  ['of a name asked for once, a day ago', `name==${rareName}`],
  ['below a name', `name=.${rareName}`],
  ['with a text in the name', `name=${rareName.slice(1, 7)}`],
  ['of a frequent text in the name', 'name=ab'],
  ['of a text that no name has', `name=${ABSENT}`],
  ['from twenty hours ago on', `until=${fromMs + 4 * 3_600_000}`],
]

const STATISTICS: readonly [what: string, path: string][] = [
  ['summary of 24 h', '/stats/summary?range=24h'],
  ['chart of 24 h', '/stats/series?range=24h'],
  ['chart of 7 days', '/stats/series?range=7d'],
  ['chart of a year', '/stats/series?range=1y'],
  ['top names of 24 h', '/stats/top?kind=names&range=24h'],
  ['top blocked names of 7 days', '/stats/top?kind=blocked-names&range=7d'],
  ['top names of a year', '/stats/top?kind=names&range=1y'],
  ['top clients of a year', '/stats/top?kind=clients&range=1y'],
  ['clients', '/clients'],
  ['24 h of a client that asks often', `/queries/client-activity?client=${clientAddress(0)}&range=24h`],
  ['7 days of a client that asks seldom', `/queries/client-activity?client=${clientAddress(199)}&range=7d`],
]

export const pages: Part = async (world, { isSmoke }) => {
  const queries = isSmoke ? SMOKE_QUERIES : QUERIES
  console.log(`a log of ${queries.toLocaleString('en')} queries …`)
  const log = makeBusyLog(world.path('weir-pages/weir'), queries, Date.now())
  const weir = await world.startWeir({ name: 'pages' })
  const asked = [
    ...searchesOf(log).map(([what, filter]) => ({ what: `queries: ${what}`, ask: () => firstRows(weir, filter) })),
    ...STATISTICS.map(([what, path]) => ({ what, ask: () => weir.call('GET', path) })),
  ]
  const taken = asked.map(() => [] as number[])
  for (let round = 0; round < (isSmoke ? SMOKE_ROUNDS : ROUNDS); round++)
    for (const [i, { ask }] of asked.entries()) {
      const start = performance.now()
      await ask()
      taken[i]!.push(performance.now() - start)
    }
  const rows = asked.map(({ what }, i) => ({ what, median: median(taken[i]!), longest: Math.max(...taken[i]!) }))
  return {
    markdown: `${queries.toLocaleString('en')} queries of a day, statistics of a year; the API with ${megabytes(
      weir.api.memory().resident,
    )} afterwards (first rows ≤ 200 ms).\n\n${table(
      ['page', 'first rows, median', 'longest'],
      rows.map(({ what, median, longest }) => [what, milliseconds(median), milliseconds(longest)]),
    )}`,
    values: { longestMedianMs: Math.max(...rows.map(({ median }) => median)) },
  }
}

/** Pages are bounded in time and may be empty: the next one is asked for until there are rows, or none are left. */
async function firstRows(weir: Weir, filter: string): Promise<void> {
  let before = ''
  for (let page = 0; page < MAX_PAGES; page++) {
    const found = await weir.call<{ items: unknown[]; nextCursor: string | null }>(
      'GET',
      `/queries?limit=100&${filter}${before}`,
    )
    if (found.items.length > 0) return
    if (found.nextCursor === null) break
    before = `&cursor=${found.nextCursor}`
  }
  if (!filter.endsWith(ABSENT)) throw new Error(`no rows: ${filter}`)
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
