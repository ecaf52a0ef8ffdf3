/**
 * How names beyond the memory budget lie on disk: a hash table whose buckets are rows, spread over several SQLite files.
 *
 * ```
 *  bucket = first lane × buckets / 2³²      some 64 names; part (file) = bucket / buckets a part
 *  page     0  CRC-32 of bucket number and all that follows      4  names (u16)      6  octets a set number, 0…3
 *           7  set number of all names (u24), where they have none of their own
 *          10  second lanes (u32 each), ascending
 *           …  8 low bits of the first lanes, in the same order
 *           …  set numbers, in the same order
 * ```
 * A name is 40 bits besides its bucket, and mostly no set number: some 5.3 octets on disk with the row around it. At a
 * thousand million names bucket and 40 bits make up the whole 64-bit hash. A name that is in no list is taken for one with
 * a chance of 64 × 2⁻⁴⁰ for each page that is looked at, which the filter lets happen seldom.
 *
 * Every bucket has its row, empty ones too: a row that is missing, or whose CRC is wrong, is damage and never a "no".
 */
import { crc32 } from 'node:zlib'

const NAMES_PER_BUCKET = 64
const NAMES_PER_PART = 16_000_000
const MIN_PARTS = 4
const MAX_PARTS = 64
export const PAGE_HEAD_OCTETS = 10
export const MAX_NAMES_PER_PAGE = 0xffff
/** What `findInPage` says of a page that is not as it was written. */
export const DAMAGED_PAGE = -1

export interface TierGeometry {
  readonly buckets: number
  readonly parts: number
}

/** @param names the most that there can be */
export function tierGeometry(names: number): TierGeometry {
  const buckets = Math.max(1, Math.ceil(names / NAMES_PER_BUCKET))
  const wanted = Math.min(MAX_PARTS, Math.max(MIN_PARTS, Math.ceil(names / NAMES_PER_PART)))
  // As many buckets in each, and no part without any.
  return { buckets, parts: Math.ceil(buckets / Math.ceil(buckets / wanted)) }
}

export const bucketsPerPart = ({ buckets, parts }: TierGeometry): number => Math.ceil(buckets / parts)

/** Ascends with the first lane. */
export const bucketOf = (first: number, buckets: number): number => Math.floor((first >>> 0) * (buckets / 2 ** 32))

/** Second lane and tag as one number of 40 bits, in the order of a page. */
export const printOf = (first: number, second: number): number => (second >>> 0) * 256 + (first & 0xff)

/** Octets of a page. */
export const pageOctets = (names: number, setOctets: number): number => PAGE_HEAD_OCTETS + names * (5 + setOctets)

/** Over the bucket number too: a row in another's place is damage as well. */
export const pageSum = (page: Uint8Array, bucket: number): number => crc32(page.subarray(4), bucket)

/** @returns the number of the set that holds the name, 0 for none, or DAMAGED_PAGE */
export function findInPage(page: Uint8Array, bucket: number, first: number, second: number): number {
  if (page.length < PAGE_HEAD_OCTETS || readU32(page, 0) !== pageSum(page, bucket)) return DAMAGED_PAGE
  const names = page[4]! | (page[5]! << 8)
  const setOctets = page[6]!
  if (page.length !== pageOctets(names, setOctets)) return DAMAGED_PAGE
  const wanted = second >>> 0
  let low = 0
  let high = names
  while (low < high) {
    const middle = (low + high) >>> 1
    if (readU32(page, PAGE_HEAD_OCTETS + 4 * middle) < wanted) low = middle + 1
    else high = middle
  }
  const tags = PAGE_HEAD_OCTETS + 4 * names
  for (let at = low; at < names && readU32(page, PAGE_HEAD_OCTETS + 4 * at) === wanted; at++)
    if (page[tags + at] === (first & 0xff)) return setOf(page, tags + names + at * setOctets, setOctets)
  return 0
}

function setOf(page: Uint8Array, at: number, setOctets: number): number {
  if (setOctets === 0) return page[7]! | (page[8]! << 8) | (page[9]! << 16)
  let set = 0
  for (let i = setOctets - 1; i >= 0; i--) set = set * 256 + page[at + i]!
  return set
}

const readU32 = (page: Uint8Array, at: number): number =>
  (page[at]! | (page[at + 1]! << 8) | (page[at + 2]! << 16) | (page[at + 3]! << 24)) >>> 0
