/**
 * Tiers in the data folder: each a folder of its own, made aside and renamed, never changed, removed when nobody uses it.
 *
 * ```
 *  tiers/<id>/  part-0.db …  pages (rules/tier-layout.ts)       filter  bits of the filter       sets  as an index has them
 *               manifest     JSON of all else, then a line with its SHA-256; it has the CRC-32 of filter and sets, and the
 *                            hash key: hence mode 0600
 *  tiers/<id>.new/           one that is being made, or was when the power went: removed at the next start
 * ```
 * At a start filter and sets are read and checked; of the parts their lengths. A page is checked whenever it is read.
 */
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { fail, ok, type Result } from '@weir/shared/result'
import { useHugePages } from '../linux/memory-advice.ts'
import type { CompiledTier } from '../rules/policy-data.ts'
import { writeWhole } from './write-whole.ts'

const FORMAT = 1
const OWNER_ONLY = 0o600
const BEING_MADE = '.new'

export const partPath = (folder: string, part: number): string => join(folder, `part-${part}.db`)

interface Manifest extends Omit<CompiledTier, 'key' | 'filter' | 'sets' | 'id'> {
  readonly format: number
  readonly key: string
  readonly probes: number
  readonly filterOctets: number
  readonly filterSum: number
  readonly setsOctets: number
  readonly setsSum: number
}

export class TierFiles {
  readonly #root: string

  /** @param root its folder is made when the first tier is */
  constructor(root: string) {
    this.#root = root
  }

  folderOf(id: string): string {
    return join(this.#root, id)
  }

  /** An empty folder to make a tier in. @returns its future id */
  begin(): string {
    const id = randomBytes(8).toString('hex')
    mkdirSync(this.makingFolderOf(id), { recursive: true, mode: 0o700 })
    return id
  }

  makingFolderOf(id: string): string {
    return this.folderOf(id) + BEING_MADE
  }

  /**
   * Writes what belongs to the parts, which lie in the folder already, and gives it its name.
   * @throws when the disk is full
   */
  commit(tier: CompiledTier): void {
    const folder = this.makingFolderOf(tier.id)
    const filter = new Uint8Array(tier.filter.bits)
    const sets = new Uint8Array(tier.sets)
    writeShared(join(folder, 'filter'), filter)
    writeShared(join(folder, 'sets'), sets)
    const {
      id: _,
      key,
      filter: { probes },
      sets: __,
      ...rest
    } = tier
    const manifest: Manifest = {
      ...rest,
      format: FORMAT,
      key: Buffer.from(key).toString('base64'),
      probes,
      filterOctets: filter.length,
      filterSum: crc32(filter),
      setsOctets: sets.length,
      setsSum: crc32(sets),
    }
    const text = JSON.stringify(manifest)
    writeFileSync(join(folder, 'manifest'), `${text}\n${sha256(Buffer.from(text))}\n`, { mode: OWNER_ONLY })
    for (const name of readdirSync(folder)) syncPath(join(folder, name))
    syncPath(folder)
    renameSync(folder, this.folderOf(tier.id))
    syncPath(this.#root)
  }

  discard(id: string): void {
    rmSync(this.makingFolderOf(id), { recursive: true, force: true })
  }

  /** A tier as it was made, its filter in shared memory, or why it cannot be used. */
  read(id: string): Result<CompiledTier, string> {
    const folder = this.folderOf(id)
    try {
      return ok(readTier(folder, id))
    } catch (error) {
      return fail(`${folder}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /**
   * Removes what is not in use. Files that cannot be removed now are left for the next time.
   * @param isStart what was being made is left over too
   */
  removeOthers(used: readonly string[], isStart = false): void {
    for (const name of this.#names()) {
      if (used.includes(name) || (name.endsWith(BEING_MADE) && !isStart)) continue
      try {
        rmSync(join(this.#root, name), { recursive: true, force: true })
      } catch {
        // Some systems keep open files: there is another start.
      }
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.#root)
    } catch {
      return []
    }
  }
}

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

function readTier(folder: string, id: string): CompiledTier {
  const [text = '', digest] = readFileSync(join(folder, 'manifest'), 'utf8').split('\n')
  if (sha256(Buffer.from(text)) !== digest) throw new Error('the manifest is damaged')
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format !== FORMAT) throw new Error('it is of another version')
  const { format: _, key, probes, filterOctets, filterSum, setsOctets, setsSum, ...rest } = manifest
  for (const [part, octets] of rest.partOctets.entries()) {
    const { size } = statSync(partPath(folder, part))
    if (size !== octets) throw new Error(`part ${part} has ${size} octets instead of ${octets}`)
  }
  return {
    ...rest,
    id,
    key: new Uint8Array(Buffer.from(key, 'base64')),
    filter: { bits: readShared(join(folder, 'filter'), filterOctets, filterSum), probes },
    sets: readShared(join(folder, 'sets'), setsOctets, setsSum),
  }
}

function writeShared(path: string, octets: Uint8Array): void {
  const file = openSync(path, 'w', OWNER_ONLY)
  try {
    writeWhole(file, octets)
  } finally {
    closeSync(file)
  }
}

const READ_OCTETS = 2 ** 20

/** In pieces, each into the sum while it is still in the processor's cache. A CRC-32 finds chance damage, at ten times the speed of SHA-256. */
function readShared(path: string, octets: number, expected: number): SharedArrayBuffer {
  // Compared before anything is allocated.
  if (statSync(path).size !== octets) throw new Error(`${path} is cut off or damaged`)
  const shared = new SharedArrayBuffer(octets)
  useHugePages(new Uint8Array(shared))
  let sum = 0
  const file = openSync(path, 'r')
  try {
    for (let at = 0; at < octets; ) {
      const piece = new Uint8Array(shared, at, Math.min(READ_OCTETS, octets - at))
      const count = readSync(file, piece)
      if (count === 0) throw new Error(`${path} is cut off`)
      sum = crc32(piece.subarray(0, count), sum)
      at += count
    }
  } finally {
    closeSync(file)
  }
  if (sum !== expected) throw new Error(`${path} is damaged: its checksum is wrong`)
  return shared
}

/** Some systems cannot sync folders: what a power cut then takes is made again. */
function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } catch (error) {
    if (!statSync(path).isDirectory()) throw error
  } finally {
    closeSync(file)
  }
}
