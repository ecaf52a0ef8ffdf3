/**
 * Makes a tier from names that come one at a time, in bounded memory: distributed to files by hash, sorted partition by
 * partition, written as pages. The filter is filled on the way.
 */
import { statfsSync, statSync } from 'node:fs'
import { createPageFile, type Database, type Statement } from '@weir/shared/db/open-database'
import { NameFilter, newFilter } from '../rules/name-filter.ts'
import { NameHasher } from '../rules/name-hash.ts'
import type { CompiledTier, IndexedList } from '../rules/policy-data.ts'
import { depthBit, MAX_SET_NUMBER } from '../rules/rule-index.ts'
import { SetTable } from '../rules/set-table.ts'
import { type TierGeometry, tierGeometry } from '../rules/tier-layout.ts'
import { PagePacker, RECORD_WORDS } from '../rules/tier-pages.ts'
import { partPath, type TierFiles } from './tier-files.ts'
import { SPILL_OCTETS_PER_NAME, TierSpill } from './tier-spill.ts'

/** Names on disk, with the rows and pages around them; sets take up to three more. */
const STORED_OCTETS_PER_NAME = 6
/** Left free beside a tier: log and configuration need room too. */
const SPARE_OCTETS = 64 * 1024 * 1024
/** Random hashes that the filter is tried with. */
const FILTER_TRIES = 1_000_000

export interface TierOrder {
  readonly lists: readonly IndexedList[]
  readonly key: Uint8Array
  readonly filterOctets: number
  readonly budgetOctets: number
}

export class TierCompiler {
  readonly #files: TierFiles
  readonly #order: TierOrder
  readonly #id: string
  readonly #folder: string
  readonly #hasher: NameHasher
  readonly #geometry: TierGeometry
  readonly #announced: number
  readonly #spill: TierSpill
  readonly #pair = new Int32Array(2)
  #added = 0
  #depthMask = 0

  /** @throws Error when the disk has too little room, before it is full */
  constructor(files: TierFiles, order: TierOrder) {
    this.#files = files
    this.#order = order
    this.#announced = order.lists.reduce((sum, { names }) => sum + names, 0)
    this.#id = files.begin()
    this.#folder = files.makingFolderOf(this.#id)
    this.#hasher = new NameHasher(order.key)
    this.#geometry = tierGeometry(this.#announced)
    try {
      this.#requireRoom()
      this.#spill = new TierSpill(this.#folder, this.#geometry)
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  #requireRoom(): void {
    const { bavail, bsize } = statfsSync(this.#folder)
    const needed = this.#announced * (SPILL_OCTETS_PER_NAME + STORED_OCTETS_PER_NAME) + SPARE_OCTETS
    if (bavail * bsize >= needed) return
    const megabytes = (octets: number): string => `${Math.round(octets / 1e6)} MB`
    throw new Error(`${megabytes(needed)} of disk are needed to sort the names, ${megabytes(bavail * bsize)} are free`)
  }

  /**
   * Adds one name as list chunks hold it: labels reversed, a zero octet between them.
   * @throws RangeError when there are more names than announced; Error when the disk is full
   */
  add(octets: Uint8Array, start: number, end: number, listNumber: number, nameClass: number): void {
    if (this.#added++ === this.#announced) throw new RangeError('more names than the list versions announce')
    this.#depthMask |= depthBit(this.#hasher.hashReversed(octets, start, end, this.#pair))
    this.#spill.add(this.#pair[0]!, this.#pair[1]!, listNumber * 16 + nameClass)
  }

  /** @param onProgress names written so far @throws Error when the disk is full */
  finish(onProgress: (names: number) => void): CompiledTier {
    const data = newFilter(this.#added, this.#order.filterOctets)
    const filter = new NameFilter(data)
    const sets = new SetTable(MAX_SET_NUMBER)
    const { names, partOctets } = this.#writeParts(filter, sets, onProgress)
    const tier: CompiledTier = {
      id: this.#id,
      key: this.#order.key,
      names,
      ...this.#geometry,
      depthMask: this.#depthMask,
      filter: data,
      falsePositiveRate: passRate(filter),
      sets: sets.pack(),
      lists: this.#order.lists,
      partOctets,
      budgetOctets: this.#order.budgetOctets,
    }
    this.#files.commit(tier)
    return tier
  }

  /** Leaves nothing behind. */
  abandon(): void {
    this.#files.discard(this.#id)
  }

  #writeParts(
    filter: NameFilter,
    sets: SetTable,
    onProgress: (names: number) => void,
  ): { names: number; partOctets: number[] } {
    const packer = new PagePacker(this.#geometry.buckets, sets)
    const partOctets: number[] = []
    let names = 0
    let done = 0
    let file: PartFile | undefined
    const visit = {
      page: (bucket: number, page: Uint8Array): void => file!.add(bucket, page),
      name: (first: number, second: number): void => {
        names++
        filter.add(first, second)
      },
    }
    try {
      for (const { part, from, to, records } of this.#spill.partitions()) {
        if (part !== file?.part) {
          if (file) partOctets.push(file.finish())
          file = new PartFile(partPath(this.#folder, part), part)
        }
        packer.pack(records, from, to, visit)
        done += records.length / RECORD_WORDS
        onProgress(done)
      }
      if (file) partOctets.push(file.finish())
    } finally {
      file?.close()
    }
    return { names, partOctets }
  }
}

class PartFile {
  readonly part: number
  readonly #path: string
  readonly #database: Database
  readonly #insert: Statement<[number, Uint8Array]>

  constructor(path: string, part: number) {
    this.part = part
    this.#path = path
    this.#database = createPageFile(path)
    this.#insert = this.#database.prepare('INSERT INTO page VALUES (?, ?)')
    this.#database.exec('BEGIN')
  }

  add(bucket: number, page: Uint8Array): void {
    this.#insert.run(bucket, page)
  }

  /** @returns its octets */
  finish(): number {
    this.#database.exec('COMMIT')
    this.#database.close()
    return statSync(this.#path).size
  }

  close(): void {
    this.#database.close()
  }
}

function passRate(filter: NameFilter): number {
  const random = (): number => (Math.random() * 2 ** 32) | 0
  let passed = 0
  for (let i = 0; i < FILTER_TRIES; i++) if (filter.mayHold(random(), random())) passed++
  return passed / FILTER_TRIES
}
