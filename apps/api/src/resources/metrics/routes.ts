/** `GET /metrics`: the resolver's metrics and those of this process, as Prometheus text. */
import { memoryUsage } from 'node:process'
import { z } from 'zod'
import type { ApiServer } from '../../api-server.ts'
import type { AppDeps } from '../../deps.ts'
import type { ConnectionLimits } from '../../plugins/connection-limits.ts'

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

export function registerMetricsRoutes(app: ApiServer, deps: AppDeps, { counters }: ConnectionLimits): void {
  app.get(
    '/metrics',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getMetrics',
        summary: 'Prometheus text of resolver and API; `weir_api_resolver_up` is 0 when the resolver does not answer',
        tags: ['system'],
        response: { 200: { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const resolver = await deps.resolver.metrics()
      const own = ownMetrics(resolver.ok) + connectionMetrics(counters)
      const text = `${own}${resolver.ok ? resolver.value : ''}`
      return reply
        .type(TEXT_FORMAT)
        .serializer(String)
        .send(text as never)
    },
  )
}

function ownMetrics(isResolverUp: boolean): string {
  const { user, system } = process.cpuUsage()
  return [
    gauge('weir_api_resolver_up', 'Whether the resolver answers on its control socket.', isResolverUp ? 1 : 0),
    gauge('weir_api_resident_memory_bytes', 'Resident memory of the API process.', memoryUsage.rss()),
    metric('counter', 'weir_api_cpu_seconds_total', 'CPU time of the API process.', (user + system) / 1e6),
    gauge('weir_api_uptime_seconds', 'Time since the API started.', process.uptime()),
  ].join('')
}

const connectionMetrics = ({ open, refusedFull, refusedAddressFull }: ConnectionLimits['counters']): string =>
  gauge('weir_api_connections', 'Connections that are open.', open) +
  metric(
    'counter',
    'weir_api_refused_connections_total',
    'Connections refused, too many being open in all or of one address.',
    refusedFull + refusedAddressFull,
  )

const gauge = (name: string, help: string, value: number): string => metric('gauge', name, help, value)

const metric = (type: string, name: string, help: string, value: number): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`
