/**
 * The names of the benchmark: always the same ones, from a seeded generator, so that two runs ask the same questions.
 *
 * A blocked name looks like the ones of real lists: three to five labels, most of them below a parent of their own.
 * Upstream answers everything below `perf`, and nothing else.
 */

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

const SYLLABLES = ['ka', 'lo', 'mi', 'ter', 'sun', 'vo', 'ra', 'ne', 'ti', 'bel', 'do', 'zu', 'fin', 'gar', 'pe', 'who']
const PREFIXES = ['ads', 'track', 'stat', 'cdn', 'px', 'log', 'm', 'a1']
const PARENTS = ['example.com', 'example.net', 'example.org']
/** Of a hundred names, how many have a label in front of their own. */
const WITH_PREFIX_PERCENT = 40

/** Uniform numbers from 0 up to, not including, 1. @see Mulberry32 by Tommy Ettinger, public domain */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `count` different names. The number in each name makes it unique; syllables and order make it look random. */
export function* generateNames(count: number, seed = 1): Generator<string> {
  const random = seededRandom(seed)
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)]!
  for (let i = 0; i < count; i++) {
    const own = `${pick(SYLLABLES)}${pick(SYLLABLES)}${pick(SYLLABLES)}${i.toString(36)}`
    const prefix = random() * 100 < WITH_PREFIX_PERCENT ? `${pick(PREFIXES)}.` : ''
    yield `${prefix}${own}.${pick(PARENTS)}`
  }
}

export const blockListNames = (count: number, seed = 1): string[] => [...generateNames(count, seed)]

/** Draws from `count` ranks by Zipf's law with exponent 1: rank r comes up in proportion to 1/r. */
export function zipfRanks(count: number, random: () => number): () => number {
  const cumulated = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1)
    cumulated[rank] = sum
  }
  return () => {
    const target = random() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (cumulated[middle]! < target) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Writes one line for each item, some thousands at a time: a list of a million lines must not lie in memory twice. */
export async function writeLines(path: string, items: Iterable<string>): Promise<void> {
  const stream = createWriteStream(path)
  let part: string[] = []
  const flush = async (): Promise<void> => {
    if (!stream.write(`${part.join('\n')}\n`)) await once(stream, 'drain')
    part = []
  }
  for (const item of items) {
    part.push(item)
    if (part.length === 8192) await flush()
  }
  if (part.length > 0) await flush()
  stream.end()
  await once(stream, 'finish')
}
