/** What the control socket offers, in terms of the resolver. */
import { parseDomainName, toWire } from '@weir/shared/dns/domain-name'
import type { ControlHandlers } from '../control/control-server.ts'
import { Inquiries } from '../store/inquire-in-thread.ts'
import { Simulations } from '../store/simulate-in-thread.ts'
import { formatMetrics } from '../telemetry/prometheus.ts'
import { explainQuery, pastRequest } from './explain-query.ts'
import type { Resolver } from './resolver.ts'

const UNAVAILABLE = 'log.db cannot be used now'

export const controlHandlers = (
  resolver: Resolver,
  inquiries = new Inquiries(),
  simulations = new Simulations(),
): ControlHandlers => ({
  reload: (request) => resolver.reload(request),
  status: () => resolver.status(),
  samples: () => resolver.sampler.recent,
  subscribe: (listener) => resolver.streams.subscribe(listener),

  async explain(asked) {
    const { at } = asked
    if (at === undefined) return explainQuery(resolver.policy, resolver.cache, asked, Date.now())
    const request = pastRequest(resolver.databases, { ...asked, at }, Date.now())
    if (typeof request === 'string') return request
    const told = await inquiries.ask(request)
    return told.ok ? { ...told.value, logged: null } : told.error
  },

  async simulate(command, signal) {
    const job = () => ({ ...command, ...resolver.databases, index: resolver.index, tiersPath: resolver.tiersPath })
    const { progressKey: key } = command
    const onProgress = (share: number): void => {
      if (key !== undefined) resolver.streams.tell({ kind: 'simulation', key, share })
    }
    const told = await resolver.indexMemory.during(() => simulations.run(job, signal, onProgress))
    return told.ok ? told.value : told.error
  },

  lookUp: (reverse) => resolver.lookUp(reverse),

  flush(name, subtree) {
    if (!resolver.cache) return 0
    if (name === undefined) return resolver.cache.flush()
    const parsed = parseDomainName(name, { allowRoot: true })
    return parsed.ok ? resolver.cache.flush(toWire(parsed.value), subtree) : parsed.error
  },

  metrics() {
    const status = resolver.status()
    return formatMetrics({
      counters: resolver.counters,
      status,
      upstreams: [...status.upstreams],
      memory: resolver.sampler.recent.at(-1)?.memory ?? resolver.sampler.sample().memory,
      inFlight: resolver.inFlight,
      workerCounters: resolver.workerCounters,
    })
  },

  async checkpointLog(mode) {
    const result = await resolver.log.checkpoint(mode)
    if (!result) throw new Error(UNAVAILABLE)
    return result
  },

  async clearLog() {
    if (!(await resolver.log.clear())) throw new Error(UNAVAILABLE)
  },
})
