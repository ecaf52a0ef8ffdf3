/** One thread of the stress test: stores, asks and flushes on a shared cache, and checks every octet that it gets. */
import { parentPort, workerData } from 'node:worker_threads'
import { CacheHit, type CacheKey } from '../query/response-cache.ts'
import { SharedCache } from './shared-cache.ts'

const { buffer, seed, operations, names, clockRate } = workerData as StressTask
export interface StressTask {
  readonly buffer: SharedArrayBuffer
  readonly seed: number
  readonly operations: number
  readonly names: number
  /** How much faster than real time locks grow old. */
  readonly clockRate: number
}
export interface StressReport {
  readonly hits: number
  readonly wrong: number
}

const NOW = Date.UTC(2026, 0, 1)
const TTL = 1000
let state = seed

/** mulberry32: even enough, and the same in every run. */
function next(): number {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

const name = Uint8Array.from([...Buffer.from('\x0800000000\x07example\x03org'), 0])
const key: CacheKey = {
  name,
  nameLength: name.length,
  qtype: 16,
  qclass: 1,
  dnssecOk: false,
  checkingDisabled: false,
  upstreamGroupId: 1,
}
const message = new Uint8Array(4096)
const out = new Uint8Array(4096)

/** The answer for name `number` in its variant: length and octets follow from both. @returns its length */
function build(into: Uint8Array, number: number, variant: number): number {
  const rdataOctets = 20 + ((number * 7 + variant * 131) % 900)
  const head = 12 + name.length + 4
  const length = head + 12 + rdataOctets
  into.fill(0, 0, length)
  into.set([0, 0, 0x81, 0x80, 0, 1, 0, 1], 0)
  into.set(name, 12)
  into.set(
    [0, 16, 0, 1, 0xc0, 12, 0, 16, 0, 1, 0, 0, TTL >> 8, TTL & 0xff, rdataOctets >> 8, rdataOctets & 0xff],
    head - 4,
  )
  for (let i = head + 12; i < length; i++) into[i] = number * 31 + variant * 17 + i
  into[head + 12] = variant
  return length
}

function run(): StressReport {
  const cache = new SharedCache(buffer, () => performance.now() * clockRate)
  const hit = new CacheHit()
  let hits = 0
  let wrong = 0
  for (let i = 0; i < operations; i++) {
    const number = Math.min(next() % names, next() % names)
    for (let digit = 0, rest = number; digit < 8; digit++, rest = Math.floor(rest / 10))
      name[8 - digit] = 0x30 + (rest % 10)
    const action = next() % 100
    if (action < 30) cache.store(key, message, build(message, number, next() % 256), TTL, 0, NOW)
    else if (action < 31) cache.flush(name)
    else if (cache.lookUp(key, NOW, 0, out, hit)) {
      hits++
      const expected = build(message, number, out[12 + name.length + 4 + 12]!)
      if (expected !== hit.length || Buffer.compare(message.subarray(0, expected), out.subarray(0, expected)) !== 0)
        wrong++
    }
  }
  return { hits, wrong }
}

parentPort?.postMessage(run())
