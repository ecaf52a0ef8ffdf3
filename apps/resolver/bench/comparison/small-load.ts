/** Load without dnsperf: a few questions one after the other. Shows that everything works, and measures nothing. */
import { readFileSync } from 'node:fs'
import { DnsProbe } from './dns-probe.ts'
import { latencyOf, lossOf, type RunLoad } from './load.ts'
import { askOverTcp } from './tcp-probe.ts'

/** Lost is what never comes: on a busy machine an answer may take its time. */
const PATIENCE_MS = 10_000

/** @param limit lines read of each file; rate and time are left aside */
export const smallLoad =
  (limit: number): RunLoad =>
  async ({ port, file, transport = 'udp' }) => {
    const names = readFileSync(file, 'utf8')
      .split('\n', limit)
      .flatMap((line) => line.split(' ')[0] || [])
    const probe = new DnsProbe(port)
    const ask = (name: string) =>
      transport === 'tcp' ? askOverTcp(port, name, PATIENCE_MS) : probe.ask(name, PATIENCE_MS)
    const latencies: number[] = []
    const startedAt = performance.now()
    for (const name of names) {
      const askedAt = performance.now()
      if (await ask(name)) latencies.push(performance.now() - askedAt)
    }
    probe.close()
    return {
      sent: names.length,
      completed: latencies.length,
      loss: lossOf(names.length, latencies.length),
      queriesPerSecond: (latencies.length * 1000) / (performance.now() - startedAt),
      timesMs: latencies,
      latencyMs: latencyOf(latencies),
    }
  }
