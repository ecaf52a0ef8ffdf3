/**
 * Reading a query, and the response cache: `node --conditions=source apps/resolver/bench/parser-and-cache.ts [answers]`.
 *
 * One thread, CPU time, medians of several rounds. The question lies in one place that is used again, as a query's does; what
 * bringing it there takes is measured and taken off. Answers are asked for in random order over all that is kept, and over a
 * hundred of them, which stay in the processor's caches. The same with an LRU of `lru-cache`, one object an answer. Hit
 * rates: names by Zipf's law, of which the cache has room for a twentieth; the LRU keeps as many.
 */
import { toWire } from '@weir/shared/dns/domain-name'
import { RrType } from '@weir/shared/dns/rr-type'
import dnsPacket from 'dns-packet'
import { createCacheBuffer } from '../src/cache/cache-layout.ts'
import { LruResponseCache } from '../src/cache/lru-response-cache.ts'
import { SharedCache } from '../src/cache/shared-cache.ts'
import { CacheHit, type CacheKey, type ResponseCache } from '../src/query/response-cache.ts'
import { ParseVerdict, parseQuery } from '../src/wire/parse-query.ts'
import { QueryView } from '../src/wire/query-view.ts'
import { seededRandom, zipfRanks } from './comparison/names.ts'
import { nanosecondsPerCall } from './thread-time.ts'

const ANSWERS = Number(process.argv[2] ?? 100_000)
const CALLS = 500_000
const ROUNDS = 7
const CACHE_OCTETS = 64 * 1024 * 1024
const HOT_ANSWERS = 100
const NAME_OCTETS = 64
const NOW = Date.UTC(2026, 0, 1)
const random = seededRandom(1)

const print = (what: string, value: string): void => console.log(`${what.padEnd(58)} ${value.padStart(9)}`)
const printTime = (what: string, nanoseconds: number): void => print(what, `${nanoseconds.toFixed(0)} ns`)

const nameOf = (i: number): string => `www.site${i}.example.com`

function timeParser(): void {
  const view = new QueryView()
  const cookie = { code: 10, data: Buffer.from('0123456789abcdef', 'hex') }
  const kinds: [string, object[]][] = [
    ['read a query', []],
    ['read a query with EDNS and a cookie', [{ type: 'OPT', name: '.', udpPayloadSize: 1232, options: [cookie] }]],
  ]
  for (const [what, additionals] of kinds) {
    const messages = Array.from({ length: 1000 }, (_, i) =>
      dnsPacket.encode({
        type: 'query',
        id: i,
        flags: dnsPacket.RECURSION_DESIRED,
        questions: [{ type: 'A', name: nameOf(i) }],
        additionals: additionals as dnsPacket.Answer[],
      }),
    )
    const read = (i: number): void => {
      const message = messages[i % messages.length]!
      if (parseQuery(message, message.length, view) !== ParseVerdict.Ok) throw new Error('a query is not taken')
    }
    printTime(what, nanosecondsPerCall(ROUNDS, CALLS, read))
  }
}

/** Where the question lies. */
class Question implements CacheKey {
  readonly name = new Uint8Array(NAME_OCTETS)
  nameLength = 0
  readonly qtype = RrType.A
  readonly qclass = 1
  readonly dnssecOk = false
  readonly checkingDisabled = false
  readonly upstreamGroupId = 1
}

/** Names as they follow each other in memory: first their length, then the name on the wire. */
class PackedNames {
  readonly #octets: Uint8Array

  constructor(count: number, first = 0) {
    this.#octets = new Uint8Array(count * NAME_OCTETS)
    for (let i = 0; i < count; i++) {
      const name = toWire(nameOf(first + i))
      this.#octets[i * NAME_OCTETS] = name.length
      this.#octets.set(name, i * NAME_OCTETS + 1)
    }
  }

  read(i: number, question: Question): void {
    const start = i * NAME_OCTETS
    const length = this.#octets[start]!
    for (let at = 0; at < length; at++) question.name[at] = this.#octets[start + 1 + at]!
    question.nameLength = length
  }
}

const answerTo = (i: number): Uint8Array =>
  dnsPacket.encode({
    type: 'response',
    flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE,
    questions: [{ type: 'A', name: nameOf(i) }],
    answers: [{ type: 'A', name: nameOf(i), ttl: 300, data: '192.0.2.1' }],
  })

const question = new Question()
const out = new Uint8Array(1232)
const hit = new CacheHit()

function store(cache: ResponseCache, message: Uint8Array): void {
  cache.store(question, message, message.length, 300, 0, NOW)
}

function timeCache(what: string, cache: ResponseCache): void {
  const places = Uint32Array.from({ length: CALLS }, () => Math.floor(random() * ANSWERS))
  const time = (which: string, asked: PackedNames, place: (i: number) => number, run: () => void): void => {
    const reading = nanosecondsPerCall(ROUNDS, CALLS, (i) => asked.read(place(i), question))
    const all = nanosecondsPerCall(ROUNDS, CALLS, (i) => {
      asked.read(place(i), question)
      run()
    })
    printTime(`${what}: ${which}`, all - reading)
  }
  const expectHit = (isThere: boolean) => (): void => {
    if (cache.lookUp(question, NOW, 0, out, hit) !== isThere) throw new Error(`${what}: not as expected`)
  }
  time(
    'store an answer',
    names,
    (i) => i % ANSWERS,
    () => store(cache, message),
  )
  time('look up, all over the cache', names, (i) => places[i]!, expectHit(true))
  time('look up, the hottest', names, (i) => places[i]! % HOT_ANSWERS, expectHit(true))
  time('look up what is not there', strangers, (i) => places[i]!, expectHit(false))
}

function hitRate(cache: ResponseCache): number {
  const rank = zipfRanks(ANSWERS, seededRandom(2))
  let hits = 0
  for (let i = 0; i < CALLS; i++) {
    names.read(rank(), question)
    if (cache.lookUp(question, NOW, 0, out, hit)) hits++
    else store(cache, message)
  }
  return hits / CALLS
}

timeParser()
const names = new PackedNames(ANSWERS)
const strangers = new PackedNames(ANSWERS, ANSWERS)
/** The cache compares questions with its key, and does not read that of the message. */
const message = answerTo(ANSWERS - 1)
timeCache('shared cache', new SharedCache(createCacheBuffer(CACHE_OCTETS)))
timeCache('LRU of objects', new LruResponseCache(CACHE_OCTETS))

const full = new SharedCache(createCacheBuffer(1024 * 1024))
const rate = hitRate(full)
const lru = new LruResponseCache(full.entryCount * (message.length + 100))
print(`hit rate, ${full.entryCount} of ${ANSWERS} names, shared cache`, `${(rate * 100).toFixed(1)} %`)
print('hit rate, LRU of as many', `${(hitRate(lru) * 100).toFixed(1)} %`)
