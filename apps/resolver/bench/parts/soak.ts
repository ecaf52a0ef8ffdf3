/** Full load with rule edits and list reloads, for minutes: memory, descriptors and files must come to rest. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DnsProbe, isBlockAnswer } from '../comparison/dns-probe.ts'
import { blockListNames } from '../comparison/names.ts'
import { table } from '../comparison/table.ts'
import type { Weir } from '../comparison/weir.ts'
import type { Applied } from '../comparison/weir-api.ts'
import { createList } from '../comparison/weir-tasks.ts'
import type { Part, PartSettings } from './part.ts'
import { type ReadyWeir, readyWeir } from './ready-weir.ts'
import { slopePerMinute } from './slope.ts'

const LOAD_SECONDS = 10
const RELOAD_EVERY_MS = 15_000
const EDIT_EVERY_MS = 50
/** Rules that stand at the same time: the oldest goes when a new one comes. */
const STANDING_RULES = 200
const SAMPLES = 40
/** Of the run, at its end: what caches and rings take until they are full is no leak. */
const SETTLED_SHARE = 0.5

/** What must come to rest, and in which unit it is shown. */
const WATCHED = {
  'resolver MB': ({ weir }) => weir.resolver.memory().resident / 1e6,
  'API MB': ({ weir }) => weir.api.memory().resident / 1e6,
  'resolver descriptors': ({ weir }) => weir.resolver.descriptorCount(),
  'API descriptors': ({ weir }) => weir.api.descriptorCount(),
  'weir.db-wal MB': ({ weir }) => fileOctets(weir, 'weir.db-wal') / 1e6,
  'log.db-wal MB': ({ weir }) => fileOctets(weir, 'log.db-wal') / 1e6,
  'weir.db MB': ({ weir }) => fileOctets(weir, 'weir.db') / 1e6,
} as const satisfies Record<string, (ready: ReadyWeir) => number>

const fileOctets = ({ dataFolder }: Weir, name: string): number => {
  const path = join(dataFolder, name)
  return existsSync(path) ? statSync(path).size : 0
}

interface Work {
  sent: number
  lost: number
  edits: number
  reloads: number
  /** Answers that were not what the policy said by then. */
  wrong: number
}

interface SoakTimes {
  readonly totalMs: number
  readonly loadSeconds: number
  readonly reloadEveryMs: number
  /** The run goes on until there were so many. */
  readonly leastReloads: number
}

export const soak: Part = async (world, settings) => {
  const times = timesOf(settings)
  const ready = await readyWeir(world, settings, ['mixed'])
  const work: Work = { sent: 0, lost: 0, edits: 0, reloads: 0, wrong: 0 }
  const endsAt = performance.now() + times.totalMs
  const isOver = (): boolean => performance.now() >= endsAt && work.reloads >= times.leastReloads
  const series: { minute: number; values: number[] }[] = []
  const startedAt = performance.now()
  const sampling = (async () => {
    while (!isOver()) {
      series.push({
        minute: (performance.now() - startedAt) / 60_000,
        values: Object.values(WATCHED).map((read) => read(ready)),
      })
      await pause(times.totalMs / SAMPLES)
    }
  })()
  await Promise.all([
    sampling,
    load(ready, times, work, isOver),
    editRules(ready.weir, work, isOver),
    replaceLists(ready, times, work, isOver),
  ])
  return report(series, work)
}

const timesOf = ({ minutes, isSmoke }: PartSettings): SoakTimes =>
  isSmoke
    ? { totalMs: 5000, loadSeconds: 1, reloadEveryMs: 500, leastReloads: 3 }
    : { totalMs: minutes * 60_000, loadSeconds: LOAD_SECONDS, reloadEveryMs: RELOAD_EVERY_MS, leastReloads: 1 }

async function load(ready: ReadyWeir, { loadSeconds }: SoakTimes, work: Work, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { sent, completed } = await ready.load('mixed', loadSeconds)
    work.sent += sent
    work.lost += sent - completed
  }
}

/** Each rule must act when its response is there, and no longer when it is deleted. */
async function editRules(weir: Weir, work: Work, isOver: () => boolean): Promise<void> {
  const probe = new DnsProbe(weir.dnsPort)
  const standing: { id: number; pattern: string }[] = []
  const isBlocked = async (name: string): Promise<boolean | undefined> => {
    const reply = await probe.ask(name, 2000)
    return reply && isBlockAnswer(reply)
  }
  while (!isOver()) {
    const pattern = `edit${work.edits++}.rule.perf`
    const { id, applied } = await weir.call<Applied & { id: number }>('POST', '/rules', {
      body: { action: 'block', match: 'exact', pattern },
    })
    standing.push({ id, pattern })
    if ((await isBlocked(pattern)) === false && applied) work.wrong++
    const oldest = standing.length > STANDING_RULES ? standing.shift() : undefined
    if (oldest) {
      const removed = await weir.call<Applied>('DELETE', `/rules/${oldest.id}`)
      if ((await isBlocked(oldest.pattern)) === true && removed.applied) work.wrong++
    }
    await pause(EDIT_EVERY_MS)
  }
  probe.close()
}

/** A second list goes back and forth between two contents; each name of it must be blocked when the response is there. */
async function replaceLists(
  { world, weir, list }: ReadyWeir,
  { reloadEveryMs }: SoakTimes,
  work: Work,
  isOver: () => boolean,
): Promise<void> {
  const contents = await Promise.all(
    [3, 4].map(async (seed) => {
      const names = blockListNames(Math.ceil(list.length / 4), seed)
      return { name: names.at(-1)!, file: await world.writeHosts(`soak-${seed}`, names) }
    }),
  )
  const listId = await createList(weir, 'reloaded')
  const probe = new DnsProbe(weir.dnsPort)
  while (!isOver()) {
    const { name, file } = contents[work.reloads % contents.length]!
    const { applied } = await weir.call<Applied>('PUT', `/lists/${listId}/content`, { file })
    const reply = await probe.ask(name, 2000)
    if (applied && reply && !isBlockAnswer(reply)) work.wrong++
    work.reloads++
    await pause(reloadEveryMs)
  }
  probe.close()
}

function report(series: readonly { minute: number; values: readonly number[] }[], work: Work) {
  const names = Object.keys(WATCHED)
  const settled = series.slice(Math.floor(series.length * (1 - SETTLED_SHARE)))
  const slopes = names.map((_, i) => slopePerMinute(settled.map(({ minute, values }) => [minute, values[i]!])))
  const values: Record<string, number> = { ...work }
  for (const [i, name] of names.entries()) {
    values[`${name} slope`] = slopes[i]!
    values[`${name} last`] = series.at(-1)?.values[i] ?? Number.NaN
  }
  const { sent, lost, edits, reloads, wrong } = work
  return {
    markdown: [
      `${sent.toLocaleString('en')} queries, ${lost} lost; ${edits} rules saved, ${reloads} lists replaced, ${wrong} answers by an older policy.`,
      table(
        ['minute', ...names],
        [
          ...series.map(({ minute, values: at }) => [minute.toFixed(2), ...at.map((value) => value.toFixed(1))]),
          ['slope a minute, second half', ...slopes.map((slope) => slope.toFixed(2))],
        ],
      ),
    ].join('\n\n'),
    values,
  }
}
