/**
 * Is a name one under which a good part of a country or of the world is registered, as `com` and `co.uk` are? To block it
 * with all below it is to block a piece of the Internet.
 *
 * Not every entry of the public suffix list counts: real lists block small suffixes on purpose (`biz.id`, and those of
 * companies such as `github.io`), and a guard that cries each day is switched off. Those of commerce, networks,
 * organisations, governments and schools do.
 */
import { getPublicSuffix } from 'tldts'

const MAIN_LABELS = new Set([
  'com',
  'co',
  'net',
  'ne',
  'org',
  'or',
  'gov',
  'gob',
  'gouv',
  'go',
  'edu',
  'ac',
  'mil',
  'nhs',
])

export function isPublicSuffix(name: string): boolean {
  const [first = '', ...others] = name.split('.')
  if (others.length === 0) return true
  return others.length === 1 && MAIN_LABELS.has(first) && getPublicSuffix(name, { validateHostname: false }) === name
}

/** The same for a name with its labels turned round (reversed-name.ts), without making text of most of them. */
export function isReversedPublicSuffix(octets: Uint8Array, offset: number, length: number): boolean {
  let lastLabel = -1
  for (let i = offset; i < offset + length; i++) {
    if (octets[i] !== 0) continue
    if (lastLabel >= 0) return false
    lastLabel = i + 1
  }
  if (lastLabel < 0) return true
  const text = (from: number, to: number): string => String.fromCharCode(...octets.subarray(from, to))
  const label = text(lastLabel, offset + length)
  return MAIN_LABELS.has(label) && isPublicSuffix(`${label}.${text(offset, lastLabel - 1)}`)
}
