import { OUTCOMES } from '@weir/shared/log/outcomes'
import { describe, expect, it } from 'vitest'
import { Counters, createCounters } from './counters.ts'
import { formatMetrics, type MetricsSources } from './prometheus.ts'

function sources(): MetricsSources {
  const slice = createCounters()
  const counters = new Counters(slice)
  for (let qtype = 0; qtype < 70_000; qtype += 13)
    counters.countQueries(1, qtype % OUTCOMES.length, qtype % 4, qtype & 0xffff, qtype % 4096, qtype % 23)
  for (const us of [5, 20, 300, 300, 40_000_000]) counters.countLatency(us, false)
  counters.countLatency(12_000, true)
  return {
    counters: [slice, createCounters()],
    status: {
      startedAt: 1000,
      pid: 1,
      revision: 3,
      version: '0',
      workers: [{ id: 0, state: 'up', restarts: 2 }],
      listeners: [
        {
          transport: 'udp',
          address: '[2001:db8::1]:53',
          implementation: 'batch',
          reason: 'it can',
          receiveBufferOctets: 900,
        },
        {
          transport: 'udp',
          address: '[2001:db8::1]:53',
          implementation: 'batch',
          reason: 'it can',
          receiveBufferOctets: 400,
        },
        {
          transport: 'tcp',
          address: '[2001:db8::1]:53',
          implementation: 'net',
          reason: 'it is a stream',
          receiveBufferOctets: null,
        },
      ],
      index: {
        names: 10,
        sizeOctets: 100,
        lists: 1,
        compileMs: 1,
        compiledAt: null,
        budgetOctets: 2 ** 28,
        tier: null,
      },
      ownRules: 5,
      cache: { entries: 1, sizeOctets: 2, limitOctets: 3 },
      log: { state: 'ok', written: 4, dropped: 5, hitsLost: 6, lastError: null },
      faults: [],
      listFaults: [],
    },
    upstreams: [
      {
        address: 'https://dns.example.org/"q"\\',
        state: 'down',
        queries: 9,
        failures: 2,
        p50Ms: 1,
        p95Ms: 2,
        lastError: null,
      },
    ],
    memory: { residentOctets: 9, ruleIndexOctets: 1, cacheOctets: 2, heapOctets: 3, otherOctets: 3 },
    inFlight: 0,
    workerCounters: { udp_dropped_no_room: 12 },
  }
}

const LINE = /^([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?[0-9.e+-]+)$/
const lines = formatMetrics(sources()).split('\n')
const samples = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => LINE.exec(line))
const countOf = (series: string): number =>
  Number(
    lines
      .find((line) => line.startsWith(`${series} `))
      ?.split(' ')
      .at(-1),
  )

describe('the metrics page', () => {
  it('tells which kind of socket serves each address, and how many', () => {
    const socket = (transport: string, implementation: string) =>
      countOf(
        `weir_listener_sockets{transport="${transport}",address="[2001:db8::1]:53",implementation="${implementation}"}`,
      )
    expect([socket('udp', 'batch'), socket('tcp', 'net')]).toEqual([2, 1])
  })

  it('tells the smallest room for waiting queries, and those that found none', () => {
    expect(countOf('weir_listener_receive_buffer_bytes{address="[2001:db8::1]:53"}')).toBe(400)
    expect(countOf('weir_worker_events_total{event="udp_dropped_no_room"}')).toBe(12)
  })

  it('is well-formed: each family has its head once, before its samples', () => {
    expect(lines.at(-1)).toBe('')
    expect(samples.every((match) => match !== null)).toBe(true)
    let family = ''
    const families: string[] = []
    for (const line of lines) {
      const head = /^# TYPE (\S+) (?:counter|gauge|histogram)$/.exec(line)
      if (head) {
        family = head[1]!
        families.push(family)
      } else if (line !== '' && !line.startsWith('#')) expect(line.startsWith(family)).toBe(true)
    }
    expect(new Set(families).size).toBe(families.length)
  })

  it.each(
    lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ').slice(2) as [string, string]),
  )('names %s (%s) by its subsystem, what it counts and its unit', (name, type) => {
    expect(name).toMatch(/^weir_[a-z]+(_[a-z]+)+$/)
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|us|octets|kb|mib)$/)
  })

  it('takes labels from closed sets only, and stays small', () => {
    const labels = new Set(
      samples.flatMap((match) => [...(match?.[2] ?? '').matchAll(/([a-z]+)="/g)].map((found) => found[1])),
    )
    expect([...labels].sort()).toEqual([
      'address',
      'effect',
      'event',
      'fate',
      'implementation',
      'le',
      'outcome',
      'rcode',
      'reason',
      'source',
      'transport',
      'type',
      'upstream',
    ])
    expect(samples.length).toBeLessThan(250)
  })

  it('counts every query once in each family', () => {
    const sum = (family: string): number =>
      samples.filter((match) => match?.[1] === family).reduce((total, match) => total + Number(match?.[3]), 0)
    const queries = Math.ceil(70_000 / 13)
    expect(sum('weir_queries_total')).toBe(queries)
    expect(sum('weir_queries_by_type_total')).toBe(queries)
    expect(sum('weir_queries_by_reason_total')).toBe(queries)
    expect(sum('weir_responses_by_rcode_total')).toBe(queries)
  })

  it('has cumulative histograms that end with their count', () => {
    const bucket = (le: string): number => countOf(`weir_response_duration_seconds_bucket{source="local",le="${le}"}`)
    expect([bucket('0.000016'), bucket('0.000032'), bucket('0.000512'), bucket('+Inf')]).toEqual([1, 2, 4, 5])
    expect(countOf('weir_response_duration_seconds_count{source="local"}')).toBe(5)
    expect(countOf('weir_response_duration_seconds_sum{source="upstream"}')).toBe(0.012)
  })

  it('escapes what a configuration may hold', () => {
    expect(lines).toContain('weir_upstream_up{upstream="https://dns.example.org/\\"q\\"\\\\"} 0')
  })
})
