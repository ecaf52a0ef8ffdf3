/**
 * Filters for names on disk, one thread: `node --conditions=source apps/resolver/bench/name-filters.ts [names]`.
 *
 * Blocked Bloom (rules/name-filter.ts) beside a binary fuse filter (Graf and Lemire 2022) of 8 bits, which is not in the
 * product: what each takes a name, lets pass by mistake, costs a look and needs while it is built.
 */
import { NameFilter, newFilter } from '../src/rules/name-filter.ts'

const NAMES = Number(process.argv[2] ?? 20_000_000)
const LOOKS = 2_000_000

let state = 0x2545f491
const random = (): number => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return state
}
const lanes = (count: number): Int32Array => Int32Array.from({ length: 2 * count }, random)
const mix = (a: number, b: number): number => {
  let mixed = Math.imul(a ^ (a >>> 16) ^ b, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** Three places in neighbouring segments of one array; their fingerprints and that of the key cancel out. */
class BinaryFuse8 {
  readonly cells: Uint8Array
  readonly #segment: number
  readonly #segments: number
  #seed = 1

  constructor(keys: Int32Array) {
    const names = keys.length / 2
    this.#segment = 2 ** Math.floor(Math.log(names) / Math.log(3.33) + 2.25)
    this.#segments = Math.max(1, Math.ceil((names * 1.13) / this.#segment) - 2)
    this.cells = new Uint8Array((this.#segments + 2) * this.#segment)
    while (!this.#fill(keys)) this.#seed++
  }

  #place(first: number, second: number, i: number): number {
    const start = Math.floor(((mix(first, this.#seed) >>> 0) / 2 ** 32) * this.#segments)
    return (start + i) * this.#segment + (mix(second, this.#seed + i * 7919) & (this.#segment - 1))
  }

  #fill(keys: Int32Array): boolean {
    const peeled = this.#peel(keys)
    if (peeled === undefined) return false
    const { order, places } = peeled
    for (let at = order.length - 1; at >= 0; at--) {
      const key = order[at]!
      const place = places[at]!
      let print = fingerprint(keys[2 * key]!, keys[2 * key + 1]!)
      for (let i = 0; i < 3; i++) {
        const other = this.#place(keys[2 * key]!, keys[2 * key + 1]!, i)
        if (other !== place) print ^= this.cells[other]!
      }
      this.cells[place] = print
    }
    return true
  }

  /** Takes away keys that have a place for themselves, until none is left. @returns undefined when some hold each other */
  #peel(keys: Int32Array): { order: Int32Array; places: Int32Array } | undefined {
    const size = this.cells.length
    const counts = new Uint8Array(size)
    const owners = new Int32Array(size)
    const names = keys.length / 2
    const eachPlace = (key: number, visit: (place: number) => void): void => {
      for (let i = 0; i < 3; i++) visit(this.#place(keys[2 * key]!, keys[2 * key + 1]!, i))
    }
    for (let key = 0; key < names; key++)
      eachPlace(key, (place) => {
        counts[place]!++
        owners[place]! ^= key
      })
    const order = new Int32Array(names)
    const places = new Int32Array(names)
    const alone: number[] = []
    for (let place = 0; place < size; place++) if (counts[place] === 1) alone.push(place)
    let peeled = 0
    for (let place = alone.pop(); place !== undefined; place = alone.pop()) {
      if (counts[place] !== 1) continue
      const key = owners[place]!
      order[peeled] = key
      places[peeled++] = place
      eachPlace(key, (other) => {
        owners[other]! ^= key
        if (--counts[other]! === 1) alone.push(other)
      })
    }
    return peeled === names ? { order, places } : undefined
  }

  mayHold(first: number, second: number): boolean {
    let print = fingerprint(first, second)
    for (let i = 0; i < 3; i++) print ^= this.cells[this.#place(first, second, i)]!
    return print === 0
  }
}
const fingerprint = (first: number, second: number): number => (mix(first, second) >>> 11) & 0xff

const cpuMs = (): number => process.threadCpuUsage().user / 1000

function measure(what: string, sizeOctets: number, buildMs: number, mayHold: (a: number, b: number) => boolean): void {
  const others = lanes(LOOKS)
  let passed = 0
  const startedAt = cpuMs()
  for (let i = 0; i < others.length; i += 2) if (mayHold(others[i]!, others[i + 1]!)) passed++
  const nanoseconds = ((cpuMs() - startedAt) * 1e6) / LOOKS
  console.log(
    [
      what.padEnd(24),
      `${((sizeOctets * 8) / NAMES).toFixed(2)} bits a name`.padEnd(22),
      `${((100 * passed) / LOOKS).toFixed(4)} % pass`.padEnd(18),
      `${nanoseconds.toFixed(0)} ns a look`.padEnd(16),
      `built in ${(buildMs / 1000).toFixed(1)} s`,
    ].join(''),
  )
}

const listed = lanes(NAMES)
console.log(`${NAMES} names, ${LOOKS} looks for others`)
for (const bitsPerName of [2, 4, 8, 10, 12, 16]) {
  const startedAt = cpuMs()
  const data = newFilter(NAMES, (NAMES * bitsPerName) / 8)
  const filter = new NameFilter(data)
  for (let i = 0; i < listed.length; i += 2) filter.add(listed[i]!, listed[i + 1]!)
  measure(`blocked Bloom, k = ${data.probes}`, filter.sizeOctets, cpuMs() - startedAt, (a, b) => filter.mayHold(a, b))
}
const startedAt = cpuMs()
const fuse = new BinaryFuse8(listed)
measure('binary fuse, 8 bits', fuse.cells.length, cpuMs() - startedAt, (a, b) => fuse.mayHold(a, b))
console.log(`resident at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
