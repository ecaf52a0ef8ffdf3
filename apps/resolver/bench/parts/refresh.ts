/** Four lists are replaced at once: how much memory that takes at its peak, of the resolver and of the API. */
import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../comparison/load.ts'
import { blockListNames } from '../comparison/names.ts'
import { megabytes, milliseconds } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Weir } from '../comparison/weir.ts'
import { createList, importList, watchMemory } from '../comparison/weir-tasks.ts'
import type { World } from '../comparison/world.ts'
import type { Part } from './part.ts'

const LISTS = 4
const ROUNDS = 5
/** What a change before has freed is given back by then. */
const REST_MS = 3000

interface Round {
  readonly effectMs: number
  readonly resolver: { readonly before: number; readonly peak: number }
  readonly api: { readonly before: number; readonly peak: number }
}

/** Twice `names` in all, in as many lists as there are, each time others. */
export const refresh: Part = async (world, { names, isSmoke }) => {
  const weir = await world.startWeir({ isPinned: false })
  const ids: number[] = []
  for (let list = 0; list < LISTS; list++) ids.push(await createList(weir, `benchmark ${list}`))
  const perList = (2 * names) / LISTS
  await replaceAll(world, weir, ids, perList, 0)
  const rounds: Round[] = []
  for (let round = 1; round <= (isSmoke ? 1 : ROUNDS); round++)
    rounds.push(await replaceAll(world, weir, ids, perList, round))
  const factor = (one: Round['resolver']): number => one.peak / one.before
  const rowOf = (of: 'resolver' | 'api'): string[] => {
    const each = rounds.map((round) => round[of])
    return [
      of === 'api' ? 'API' : of,
      megabytes(median(each.map(({ before }) => before))),
      megabytes(median(each.map(({ peak }) => peak))),
      `${median(each.map(factor)).toFixed(2)} ×`,
      `${Math.max(...each.map(factor)).toFixed(2)} ×`,
    ]
  }
  return {
    markdown: [
      `${(2 * names).toLocaleString('en')} names in ${LISTS} lists, ${rounds.length} times replaced by as many others; all act after ${milliseconds(median(rounds.map(({ effectMs }) => effectMs)))} (median).`,
      table(['process', 'before', 'peak', 'peak / before', 'worst'], [rowOf('resolver'), rowOf('api')]),
    ].join('\n\n'),
    values: { resolver: Math.max(...rounds.map(({ resolver }) => factor(resolver))), rounds: rounds.length },
  }
}

async function replaceAll(
  world: World,
  weir: Weir,
  ids: readonly number[],
  perList: number,
  round: number,
): Promise<Round> {
  const contents: { id: number; file: string; name: string }[] = []
  for (const [i, id] of ids.entries()) {
    const content = blockListNames(perList, 1 + round * LISTS + i)
    contents.push({ id, file: await world.writeHosts(`list-${id}`, content), name: content.at(-1)! })
  }
  await pause(REST_MS)
  const processes = { resolver: weir.resolver, api: weir.api }
  const before = { resolver: weir.resolver.memory().resident, api: weir.api.memory().resident }
  const watches = { resolver: watchMemory(processes.resolver), api: watchMemory(processes.api) }
  const imports = await Promise.all(contents.map(({ id, file, name }) => importList(weir, id, file, name)))
  return {
    effectMs: Math.max(...imports.map(({ effectMs }) => effectMs)),
    resolver: { before: before.resolver, peak: watches.resolver.stop() },
    api: { before: before.api, peak: watches.api.stop() },
  }
}
