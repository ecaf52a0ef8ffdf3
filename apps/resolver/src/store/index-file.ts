/**
 * The compiled rule index on disk (`rules.index` in the data folder), so that a start needs no recompile, and so that the
 * resolver still filters when weir.db is missing or damaged. It is a copy: whatever is wrong with it, it is compiled anew.
 *
 * ```
 *   0  magic 'WEIRIDX1'
 *   8  table octets (f64)     16  sets octets (f64)     24  octets of the text below (u32)    28  0
 *  32  SHA-256 of octets 0…31 and all that follows the digest
 *  64  table, sets (rules/rule-index.ts), then UTF-8 JSON of the lists and their complex lines
 * ```
 * Written beside its place, synced and renamed: a kill at any instant leaves the old file or the new one. It holds the
 * hash key, hence mode 0600.
 */
import { createHash } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '@weir/shared/result'
import { useHugePages } from '../linux/memory-advice.ts'
import type { CompiledIndex } from '../rules/policy-data.ts'
import { newTableMemory, RuleIndex } from '../rules/rule-index.ts'
import { writeWhole } from './write-whole.ts'

const MAGIC = 'WEIRIDX1'
const HEADER_OCTETS = 32
const DIGEST_OCTETS = 32
const BODY_OFFSET = HEADER_OCTETS + DIGEST_OCTETS
const OWNER_ONLY = 0o600
const HASHED_AT_ONCE = 1 << 16

type Beside = Pick<CompiledIndex, 'lists' | 'listRules'> & { /** Of its tier. */ readonly tierId?: string }

/** What the file holds: the tier has a folder of its own (tier-files.ts). */
export interface StoredIndex {
  readonly index: CompiledIndex
  readonly tierId?: string
}

export class IndexFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** The stored index in shared memory, or why there is none: missing, damaged, of another version. */
  read(): Result<StoredIndex, string> {
    let file: number
    try {
      file = openSync(this.#path, 'r')
    } catch (error) {
      return fail(messageOf(error))
    }
    try {
      return readIndex(file)
    } catch (error) {
      return fail(`${this.#path}: ${messageOf(error)}`)
    } finally {
      closeSync(file)
    }
  }

  /**
   * Replaces the file. Waits for the disk: only for a thread that nobody waits for, one at a time. The index may be in use
   * meanwhile, it is immutable.
   */
  write(index: CompiledIndex): Result<void, string> {
    const temporary = `${this.#path}.new`
    try {
      const file = openSync(temporary, 'w', OWNER_ONLY)
      try {
        for (const part of partsOf(index)) writeWhole(file, part)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, this.#path)
      syncFolder(dirname(this.#path))
      return ok(undefined)
    } catch (error) {
      rmSync(temporary, { force: true })
      return fail(`${this.#path}: ${messageOf(error)}`)
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Makes the rename itself survive a power cut. Some systems cannot sync folders: the file is a copy, so let it be. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {}
}

function partsOf({ table, sets, lists, listRules, tier }: CompiledIndex): Uint8Array[] {
  const beside = Buffer.from(JSON.stringify({ lists, listRules, ...(tier && { tierId: tier.id }) } satisfies Beside))
  const header = Buffer.alloc(HEADER_OCTETS)
  header.write(MAGIC, 'latin1')
  header.writeDoubleLE(table.byteLength, 8)
  header.writeDoubleLE(sets.byteLength, 16)
  header.writeUInt32LE(beside.length, 24)
  const body = [new Uint8Array(table), new Uint8Array(sets), beside]
  return [header, digestOf([header, ...body]), ...body]
}

/** Shared memory is copied before it is hashed: in pieces, or each page of a copy of it all would have to be made first. */
function digestOf(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts)
    for (let at = 0; at < part.length; at += HASHED_AT_ONCE) hash.update(part.subarray(at, at + HASHED_AT_ONCE))
  return hash.digest()
}

function readIndex(file: number): Result<StoredIndex, string> {
  const head = Buffer.alloc(BODY_OFFSET)
  if (readAt(file, head, 0) < BODY_OFFSET || head.toString('latin1', 0, MAGIC.length) !== MAGIC)
    return fail('the stored index is of another version, or no index')
  const tableOctets = head.readDoubleLE(8)
  const setsOctets = head.readDoubleLE(16)
  const besideOctets = head.readUInt32LE(24)
  // Compared before anything is allocated: a damaged length must not ask for memory.
  if (fstatSync(file).size !== BODY_OFFSET + tableOctets + setsOctets + besideOctets)
    return fail('the stored index is cut off or damaged')
  const table = newTableMemory(tableOctets)
  const sets = new SharedArrayBuffer(setsOctets)
  const beside = Buffer.alloc(besideOctets)
  const body = [new Uint8Array(table), new Uint8Array(sets), beside]
  useHugePages(body[0]!)
  let offset = BODY_OFFSET
  for (const part of body) {
    if (readAt(file, part, offset) < part.length) return fail('the stored index is cut off')
    offset += part.length
  }
  const digest = digestOf([head.subarray(0, HEADER_OCTETS), ...body])
  if (!head.subarray(HEADER_OCTETS).equals(digest)) return fail('the stored index is damaged: its checksum is wrong')
  const { lists, listRules, tierId } = JSON.parse(beside.toString()) as Beside
  const index: CompiledIndex = { table, sets, lists, listRules }
  // Throws when the layout is another one than this Weir's.
  new RuleIndex(index)
  return ok({ index, ...(tierId !== undefined && { tierId }) })
}

/** One read takes at most 2 GiB. @returns octets read, fewer than asked for at the end of the file */
function readAt(file: number, into: Uint8Array, offset: number): number {
  const step = 1 << 30
  let done = 0
  while (done < into.length) {
    const count = readSync(file, into, done, Math.min(step, into.length - done), offset + done)
    if (count === 0) break
    done += count
  }
  return done
}
