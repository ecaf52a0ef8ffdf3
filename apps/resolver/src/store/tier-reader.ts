/** Reads pages of a tier for one thread: one read-only connection a part. */
import { openPageFile, type PageFileMemory, type Statement } from '@weir/shared/db/open-database'
import type { CompiledTier } from '../rules/policy-data.ts'
import type { PageReader } from '../rules/tier-index.ts'
import { partPath } from './tier-files.ts'

interface OpenPart {
  readonly read: Statement<[number], unknown>
  close(): void
}

export class TierReader implements PageReader {
  readonly #parts: (OpenPart | null)[]

  /** @param memory for all parts together */
  constructor(folder: string, { parts }: CompiledTier, memory: PageFileMemory) {
    const each = { cacheOctets: memory.cacheOctets / parts, mmapOctets: memory.mmapOctets / parts }
    this.#parts = Array.from({ length: parts }, (_, part) => openPart(partPath(folder, part), each))
  }

  read(part: number, bucket: number): Uint8Array | null {
    try {
      const page = this.#parts[part]?.read.get(bucket)
      // A damaged row may say that it holds a number or a text.
      return page instanceof Uint8Array ? page : null
    } catch {
      // SQLITE_CORRUPT, SQLITE_IOERR and their like: whoever asks tells of the damage.
      return null
    }
  }

  close(): void {
    for (const part of this.#parts) part?.close()
    this.#parts.length = 0
  }
}

function openPart(path: string, memory: PageFileMemory): OpenPart | null {
  try {
    const database = openPageFile(path, memory)
    const read = database.prepare<[number], unknown>('SELECT data FROM page WHERE bucket = ?').pluck()
    return { read, close: () => void database.close() }
  } catch {
    return null
  }
}
