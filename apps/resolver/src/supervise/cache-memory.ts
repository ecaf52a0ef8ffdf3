/** The response cache's memory, shared by all workers; another buffer when its size or switch is changed. */
import type { Settings } from '@weir/shared/contract/settings'
import { createCacheBuffer } from '../cache/cache-layout.ts'
import { SharedCache } from '../cache/shared-cache.ts'

export class CacheMemory {
  /** Null: the cache is switched off. */
  buffer: SharedArrayBuffer | null = null
  /** The main thread's view of it. */
  cache: SharedCache | null = null
  #sizeOctets = 0

  constructor(settings: Settings['cache']) {
    this.configure(settings)
  }

  /** @returns whether there is another buffer now */
  configure({ enabled, sizeOctets }: Settings['cache']): boolean {
    if (enabled === (this.buffer !== null) && (!enabled || this.#sizeOctets === sizeOctets)) return false
    this.#sizeOctets = sizeOctets
    this.buffer = enabled ? createCacheBuffer(sizeOctets) : null
    this.cache = this.buffer && new SharedCache(this.buffer)
    return true
  }

  get use(): { entryCount: number; sizeOctets: number; limitOctets: number } {
    const { cache } = this
    return {
      entryCount: cache?.entryCount ?? 0,
      sizeOctets: cache?.sizeOctets ?? 0,
      limitOctets: cache?.limitOctets ?? 0,
    }
  }
}
