/** Changes tried on a million distinct questions, each in a new thread of what is built, as in operation: how long until the result. */
import type { SimulationChange } from '@weir/shared/control/simulation'
import type { CheckedRule } from '@weir/shared/rules/checked-rule'
import { Simulations } from '../../src/store/simulate-in-thread.ts'
import { milliseconds } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import { type AskedLog, CHILDREN_GROUP, FROM_MS, LIST_ID, makeAskedLog, UNTIL_MS } from '../log/asked-log.ts'
import { clientAddress } from '../log/log-filler.ts'
import type { Part } from './part.ts'

const QUESTIONS = 1_000_000
const SMOKE_QUESTIONS = 10_000
const ROUNDS = 5
const SMOKE_ROUNDS = 1
const BUILT_THREAD = new URL('../../dist/simulation-worker.js', import.meta.url)
/** Clients that are in the group afterwards; half of them are new. */
const MOVED_CLIENTS = 40

const ruleFor = (match: CheckedRule['match'], pattern: string): CheckedRule => ({
  ...{ action: 'block', match, pattern, enabled: true, important: false, queryTypes: [], groups: [] },
  ...{ ttlSeconds: null, expiresAt: null, comment: '' },
})

const changesOf = ({ popular, draftPath }: AskedLog): readonly [what: string, change: SimulationChange][] => [
  ['a rule for one name', { kind: 'rule', rule: ruleFor('suffix', popular) }],
  ['a rule for a top-level domain', { kind: 'rule', rule: ruleFor('suffix', 'net') }],
  ['a rule with an expression', { kind: 'rule', rule: ruleFor('regex', '^[a-d].*k[0-5]') }],
  ['the list is switched off', { kind: 'list', id: LIST_ID, enabled: false }],
  ['a list of 100,000 names is added', { kind: 'list', name: 'new', listKind: 'block', path: draftPath }],
  [
    'twenty clients join a group',
    { kind: 'group', id: CHILDREN_GROUP, clients: Array.from({ length: MOVED_CLIENTS }, (_, i) => clientAddress(i)) },
  ],
]

interface Round {
  readonly elapsedMs: number
  readonly cpuMs: number
}

export const whatIf: Part = async (world, { names, isSmoke }) => {
  const questions = isSmoke ? SMOKE_QUESTIONS : QUESTIONS
  console.log(`a log of ${questions.toLocaleString('en')} distinct questions …`)
  const asked = makeAskedLog(world.path('what-if'), questions, names)
  const rounds = new Map<string, Round[]>()
  for (let round = 0; round < (isSmoke ? SMOKE_ROUNDS : ROUNDS); round++)
    for (const [what, change] of changesOf(asked)) {
      const taken = await tryIt(asked, change)
      rounds.set(what, [...(rounds.get(what) ?? []), taken])
    }
  const rows = [...rounds].map(([what, all]) => ({
    what,
    elapsedMs: median(all.map(({ elapsedMs }) => elapsedMs)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    worstMs: Math.max(...all.map(({ elapsedMs }) => elapsedMs)),
  }))
  return {
    markdown: `${questions.toLocaleString('en')} distinct name, client and type of a day (≤ 2 s).\n\n${table(
      ['change', 'until the result, median', 'longest', 'CPU, median'],
      rows.map(({ what, elapsedMs, worstMs, cpuMs }) => [what, ...[elapsedMs, worstMs, cpuMs].map(milliseconds)]),
    )}`,
    values: { longestMedianMs: Math.max(...rows.map(({ elapsedMs }) => elapsedMs)) },
  }
}

async function tryIt(asked: AskedLog, change: SimulationChange): Promise<Round> {
  const { databasePath, logPath, tiersPath, index } = asked
  const cpu = process.cpuUsage()
  const start = performance.now()
  const job = { databasePath, logPath, tiersPath, index, fallbackServers: ['192.0.2.53'] }
  const period = { fromMs: FROM_MS, untilMs: UNTIL_MS }
  const told = await new Simulations(BUILT_THREAD).run(
    () => ({ ...job, ...period, changes: [change] }),
    new AbortController().signal,
  )
  if (!told.ok) throw new Error(told.error)
  const { user, system } = process.cpuUsage(cpu)
  return { elapsedMs: performance.now() - start, cpuMs: (user + system) / 1000 }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
