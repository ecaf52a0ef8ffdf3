/** Rules saved and deleted one after the other, and how long until each acts. Thread of its own, see client-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { DnsProbe, isBlockAnswer, type ProbeReply } from './dns-probe.ts'
import { percentile } from './load.ts'
import { goAhead } from './priority.ts'
import { type Applied, WeirApi } from './weir-api.ts'

const EFFECT_PATIENCE_MS = 120_000

export interface RuleEdits {
  readonly dnsPort: number
  readonly httpPort: number
  readonly count: number
  /** Part of the names, for each run another. */
  readonly tag: string
}

export interface RuleFigures {
  readonly medianMs: number
  readonly p99Ms: number
  /** The same for taking the rule away again. */
  readonly removalMedianMs: number
  readonly removalP99Ms: number
  /** Until the response, which promises that the rule acts. */
  readonly responseMedianMs: number
  /** Responses after which DNS still answered the old way: must be none. */
  readonly brokenPromises: number
}

const isOtherAnswer = (reply: ProbeReply): boolean => !isBlockAnswer(reply)

/** Saves `count` rules one after the other and deletes each, and asks DNS all the while for its name. */
async function editRules({ dnsPort, httpPort, count, tag }: RuleEdits): Promise<RuleFigures> {
  const api = new WeirApi(httpPort)
  const probe = new DnsProbe(dnsPort)
  const second = new DnsProbe(dnsPort)
  const effects: number[] = []
  const removals: number[] = []
  const responses: number[] = []
  let brokenPromises = 0
  /** @returns milliseconds until DNS answered as wanted */
  const time = async <T extends Applied>(
    name: string,
    isWanted: (reply: ProbeReply) => boolean,
    edit: () => Promise<T>,
  ) => {
    const startedAt = performance.now()
    const effect = probe.until(name, isWanted, EFFECT_PATIENCE_MS)
    const result = await edit()
    const responseMs = performance.now() - startedAt
    const reply = await second.ask(name)
    if (result.applied && reply && !isWanted(reply)) brokenPromises++
    return { effectMs: await effect, responseMs, result }
  }
  try {
    for (let i = 0; i < count; i++) {
      const pattern = `${tag}${i}.rule.perf`
      await probe.ask(pattern)
      const body = { action: 'block', match: 'exact', pattern }
      const saved = await time(pattern, isBlockAnswer, () =>
        api.call<Applied & { id: number }>('POST', '/rules', { body }),
      )
      effects.push(saved.effectMs)
      responses.push(saved.responseMs)
      const removed = await time(pattern, isOtherAnswer, () => api.call<Applied>('DELETE', `/rules/${saved.result.id}`))
      removals.push(removed.effectMs)
    }
  } finally {
    probe.close()
    second.close()
    api.close()
  }
  return {
    medianMs: percentile(effects, 50),
    p99Ms: percentile(effects, 99),
    removalMedianMs: percentile(removals, 50),
    removalP99Ms: percentile(removals, 99),
    responseMedianMs: percentile(responses, 50),
    brokenPromises,
  }
}

goAhead()
parentPort!.postMessage(await editRules(workerData as RuleEdits))
