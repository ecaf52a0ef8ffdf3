/** What only Weir is asked: how long changes, imports and starts take, and what a list costs in memory and on disk. */
import { setTimeout as pause } from 'node:timers/promises'
import { DnsProbe, isBlockAnswer, type ProbeReply } from './dns-probe.ts'
import type { LoadResult } from './load.ts'
import type { ServerProcess } from './server-process.ts'
import type { Weir } from './weir.ts'
import type { Applied } from './weir-api.ts'

const EFFECT_PATIENCE_MS = 120_000
const MEMORY_SAMPLE_EVERY_MS = 20

interface ListFacts {
  readonly activeVersion: { readonly names: number; readonly storedOctets: number } | null
}

export interface ImportFigures {
  readonly listId: number
  /** From the request to its response, which comes when the list is in effect. */
  readonly responseMs: number
  /** From the request until DNS first blocked a name of the list. */
  readonly effectMs: number
  readonly names: number
  readonly storedOctets: number
  readonly peakResidentOctets: number
}

/** Makes an empty block list and returns its id. */
export async function createList(weir: Weir, name = 'benchmark'): Promise<number> {
  const list = await weir.call<{ id: number }>('POST', '/lists', {
    body: { name, kind: 'block', text: '' },
  })
  return list.id
}

/** Uploads `file` as the list's content. @param blockedName one that is in the file, and not in the list before */
export async function importList(
  weir: Weir,
  listId: number,
  file: string,
  blockedName: string,
): Promise<ImportFigures> {
  const probe = new DnsProbe(weir.dnsPort)
  const watch = watchMemory(weir.resolver)
  const startedAt = performance.now()
  try {
    const effect = probe.until(blockedName, isBlockAnswer, EFFECT_PATIENCE_MS, 2)
    const [effectMs, responseMs] = await Promise.all([
      effect,
      weir.call<Applied>('PUT', `/lists/${listId}/content`, { file }).then(() => performance.now() - startedAt),
    ])
    const { activeVersion } = await weir.call<ListFacts>('GET', `/lists/${listId}`)
    if (!activeVersion) throw new Error('the list has no version after its import')
    const { names, storedOctets } = activeVersion
    return { listId, responseMs, effectMs, names, storedOctets, peakResidentOctets: watch.stop() }
  } finally {
    watch.stop()
    probe.close()
  }
}

/** Peak of the process while watched; VmHWM would also hold what was before. */
export function watchMemory(server: ServerProcess): { stop(): number } {
  let peak = server.memory().resident
  const timer = setInterval(() => {
    peak = Math.max(peak, server.memory().resident)
  }, MEMORY_SAMPLE_EVERY_MS)
  return {
    stop: () => {
      clearInterval(timer)
      return peak
    },
  }
}

/** Starts a server and waits for its first block answer. @returns milliseconds since its start */
export async function timeToBlock(start: () => ServerProcess, port: number, blockedName: string): Promise<number> {
  const probe = new DnsProbe(port)
  const startedAt = performance.now()
  const server = start()
  try {
    await untilAnswered(server, probe, blockedName, isBlockAnswer)
    return performance.now() - startedAt
  } finally {
    probe.close()
  }
}

/** @throws Error with the server's last words when it ended instead, or when the time is up */
async function untilAnswered(
  server: ServerProcess,
  probe: DnsProbe,
  name: string,
  isWanted: (reply: ProbeReply) => boolean,
): Promise<void> {
  const deadline = performance.now() + EFFECT_PATIENCE_MS
  for (;;) {
    const reply = await probe.ask(name)
    if (reply && isWanted(reply)) return
    const said = server.output.trim().split('\n').at(-1) ?? ''
    if (!server.isRunning) throw new Error(`it ended at its start: ${said}`)
    if (performance.now() > deadline) throw new Error(`no right answer within ${EFFECT_PATIENCE_MS / 1000} s: ${said}`)
    await pause(2)
  }
}

/** Starts a server, waits until it answers anything, and lets it settle. @returns its resident octets */
export async function residentAfterStart(server: ServerProcess, port: number, name: string): Promise<number> {
  const probe = new DnsProbe(port)
  try {
    await untilAnswered(server, probe, name, () => true)
  } finally {
    probe.close()
  }
  await pause(1000)
  return server.memory().resident
}

export interface ReplacementFigures {
  readonly quietP99Ms: number
  readonly p99Ms: number
  readonly lost: number
  readonly sent: number
  readonly peakResidentOctets: number
  readonly residentOctetsBefore: number
}

/** Replaces the list while `load` runs, which must take longer than the replacement. */
export async function measureReplacement(
  weir: Weir,
  replace: () => Promise<ImportFigures>,
  load: () => Promise<LoadResult>,
): Promise<ReplacementFigures> {
  // The server has just been started: what is filled and compiled on first use would count as quiet.
  await load()
  const quiet = await load()
  const residentOctetsBefore = weir.resolver.memory().resident
  const [busy, { peakResidentOctets }] = await Promise.all([load(), replace()])
  return {
    quietP99Ms: quiet.latencyMs?.p99 ?? Number.NaN,
    p99Ms: busy.latencyMs?.p99 ?? Number.NaN,
    lost: busy.sent - busy.completed,
    sent: busy.sent,
    peakResidentOctets,
    residentOctetsBefore,
  }
}
