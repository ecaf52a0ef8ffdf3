/** A large policy beside none, and beside the best peer: twenty groups, two hundred clients, ten schedules, thirty lists, a thousand regular expressions. */

import { median } from '../comparison/load.ts'
import { blockListNames } from '../comparison/names.ts'
import { dnsdist } from '../comparison/peers/dnsdist.ts'
import { megabytes, thousands } from '../comparison/report.ts'
import { table } from '../comparison/table.ts'
import type { Weir } from '../comparison/weir.ts'
import type { Part } from './part.ts'
import { type Kind, type MeasuredLoad, type ReadyServer, readyPeer, readyWeir } from './ready-weir.ts'

const GROUPS = 20
const CLIENTS = 200
const SCHEDULES = 10
const LISTS = 30
const LIST_NAMES = 1000
const REGEX_RULES = 1000
const KINDS = ['cached', 'blocked', 'mixed'] as const satisfies readonly Kind[]
const ROUNDS = 5
/** The best of the peers in all workloads (docs/benchmarks.md), without such a policy: it has none. */
const PEER = dnsdist

export const policy: Part = async (world, settings) => {
  const plain = await readyWeir(world, settings, KINDS, { name: 'plain' })
  const large = await readyWeir(world, settings, [], { name: 'large' })
  await makePolicy(large.weir)
  await large.warmUp(KINDS)
  const servers: Record<string, ReadyServer> = { plain, 'large policy': large }
  if (!settings.isSmoke) servers[PEER.name] = await readyPeer(world, PEER, settings, KINDS)
  const values: Record<string, number> = {}
  const rows: string[][] = []
  for (const kind of KINDS) {
    const loads = await rounds(servers, kind, settings.seconds)
    const costOf = (name: string): number => median(loads[name]!.map(({ cpuMicroseconds }) => cpuMicroseconds))
    for (const [name, server] of Object.entries(servers)) {
      const lost = loads[name]!.reduce((sum, { sent, completed }) => sum + sent - completed, 0)
      values[`${kind}-${name}-lost`] = lost
      rows.push([
        kind,
        name,
        thousands(median(loads[name]!.map(({ queriesPerSecond }) => queriesPerSecond))),
        `${costOf(name).toFixed(2)} (${loads[name]!.map(({ cpuMicroseconds }) => cpuMicroseconds.toFixed(2)).join(', ')})`,
        `${(costOf(name) / costOf('plain')).toFixed(2)} ×`,
        servers[PEER.name] ? `${(costOf(name) / costOf(PEER.name)).toFixed(2)} ×` : '',
        String(lost),
        megabytes(server.process.memory().resident),
      ])
    }
  }
  return {
    markdown: `${GROUPS} groups, ${CLIENTS} clients, ${SCHEDULES} schedules, ${LISTS} lists beside the large one, ${REGEX_RULES} regular expressions; ${PEER.name} with the large list alone; medians of ${ROUNDS} interleaved rounds.\n\n${table(
      [
        'workload',
        'server',
        'queries/s',
        'CPU µs/query (rounds)',
        'beside plain',
        `beside ${PEER.name}`,
        'lost',
        'resident',
      ],
      rows,
      2,
    )}`,
    values,
  }
}

async function rounds(
  servers: Readonly<Record<string, ReadyServer>>,
  kind: Kind,
  seconds: number,
): Promise<Record<string, MeasuredLoad[]>> {
  const loads: Record<string, MeasuredLoad[]> = Object.fromEntries(Object.keys(servers).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, server] of Object.entries(servers)) loads[name]!.push(await server.load(kind, seconds))
  return loads
}

/** Every rule, list and schedule in it holds for some group; the load's client is in one of the groups. */
async function makePolicy(weir: Weir): Promise<void> {
  const create = async (path: string, body: unknown): Promise<number> =>
    (await weir.call<{ id: number }>('POST', path, { body })).id
  const schedules: number[] = []
  for (let i = 0; i < SCHEDULES; i++)
    schedules.push(
      await create('/schedules', {
        name: `schedule ${i}`,
        timeZone: 'Europe/Berlin',
        windows: [{ days: ['mon', 'wed', 'fri'], from: '08:00', until: `1${i}:30` }],
      }),
    )
  const groups: number[] = []
  const perGroup = CLIENTS / GROUPS
  for (let i = 0; i < GROUPS; i++) {
    const clients = Array.from({ length: perGroup }, (_, n) => `198.51.100.${i * perGroup + n}`)
    groups.push(
      await create('/groups', { name: `group ${i}`, clients: i === 0 ? ['127.0.0.1', ...clients.slice(1)] : clients }),
    )
  }
  for (let i = 0; i < LISTS; i++) {
    const text = blockListNames(LIST_NAMES, 100 + i).join('\n')
    await create('/lists', {
      name: `list ${i}`,
      kind: i % 5 === 0 ? 'allow' : 'block',
      text,
      groups: [groups[i % GROUPS]!],
    })
  }
  await weir.call('POST', '/rules/import', { body: { text: expressions().join('\n') } })
  for (const [i, schedule] of schedules.entries())
    await create('/rules', {
      action: 'block',
      match: 'suffix',
      pattern: `hours${i}.example.com`,
      schedule,
      groups: [groups[0]!],
    })
}

const expressions = (): string[] =>
  Array.from({ length: REGEX_RULES }, (_, i) => `/^(.+\\.)?tracker${i}[a-z0-9-]*\\.example\\.(com|net)$/`)
