/**
 * Distributes names by hash to files, so that each can then be sorted in memory alone: what an external merge sort does in
 * several passes takes one, as keyed hashes spread evenly whatever the names are.
 *
 * A record is twelve octets (rules/tier-pages.ts). A partition is some two million names: 25 MB while it is sorted.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bucketOf, bucketsPerPart, type TierGeometry } from '../rules/tier-layout.ts'
import { RECORD_WORDS } from '../rules/tier-pages.ts'

const BUCKETS_PER_PARTITION = 32_768
const BUFFER_RECORDS = 4096
/** On disk while a tier is made, for each name of each list. */
export const SPILL_OCTETS_PER_NAME = RECORD_WORDS * 4

/** Neighbouring buckets of one part. */
export interface Partition {
  readonly part: number
  readonly from: number
  readonly to: number
}

export class TierSpill {
  readonly #folder: string
  readonly #geometry: TierGeometry
  readonly #perPart: number
  readonly #partitionsPerPart: number
  readonly #buffers: Uint32Array[] = []
  readonly #used: Int32Array

  constructor(folder: string, geometry: TierGeometry) {
    this.#folder = folder
    this.#geometry = geometry
    this.#perPart = bucketsPerPart(geometry)
    this.#partitionsPerPart = Math.ceil(this.#perPart / BUCKETS_PER_PARTITION)
    const partitions = geometry.parts * this.#partitionsPerPart
    this.#used = new Int32Array(partitions)
    for (let i = 0; i < partitions; i++) this.#buffers.push(new Uint32Array(BUFFER_RECORDS * RECORD_WORDS))
  }

  /** @throws when the disk is full */
  add(first: number, second: number, member: number): void {
    const bucket = bucketOf(first, this.#geometry.buckets)
    const part = Math.floor(bucket / this.#perPart)
    const inPart = Math.floor((bucket - part * this.#perPart) / BUCKETS_PER_PARTITION)
    const partition = part * this.#partitionsPerPart + inPart
    const buffer = this.#buffers[partition]!
    const used = this.#used[partition]!
    buffer[used] = first
    buffer[used + 1] = second
    buffer[used + 2] = member
    this.#used[partition] = used + RECORD_WORDS
    if (used + RECORD_WORDS === buffer.length) this.#write(partition)
  }

  /** In ascending order of their buckets; each is gone from disk when the next is asked for. Ends the adding. */
  *partitions(): Generator<Partition & { readonly records: Uint32Array }> {
    for (let partition = 0; partition < this.#used.length; partition++) this.#write(partition)
    this.#buffers.length = 0
    for (let partition = 0; partition < this.#used.length; partition++) {
      const part = Math.floor(partition / this.#partitionsPerPart)
      const from = part * this.#perPart + (partition % this.#partitionsPerPart) * BUCKETS_PER_PARTITION
      const end = Math.min((part + 1) * this.#perPart, this.#geometry.buckets)
      const to = Math.min(from + BUCKETS_PER_PARTITION, end)
      if (from >= to) continue
      yield { part, from, to, records: this.#take(partition) }
    }
  }

  #write(partition: number): void {
    const used = this.#used[partition]!
    if (used === 0) return
    const { buffer } = this.#buffers[partition]!
    appendFileSync(this.#path(partition), new Uint8Array(buffer, 0, used * 4))
    this.#used[partition] = 0
  }

  #take(partition: number): Uint32Array {
    const path = this.#path(partition)
    if (!existsSync(path)) return new Uint32Array(0)
    const octets = readFileSync(path)
    rmSync(path)
    // Copied where the system's buffer does not begin at a word.
    const isAligned = octets.byteOffset % 4 === 0
    const { buffer, byteOffset, length } = isAligned ? octets : new Uint8Array(octets)
    return new Uint32Array(buffer, byteOffset, length / 4)
  }

  #path(partition: number): string {
    return join(this.#folder, `names-${partition}`)
  }
}
