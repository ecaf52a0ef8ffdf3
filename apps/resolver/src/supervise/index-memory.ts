/**
 * Memory of rule indexes that were replaced. It goes back to the system as soon as nobody reads it. Left to the engine it would
 * stay until the last thread that knew of it has collected its heap: hours, in a thread that is asked little; and a
 * collection on purpose stops a query worker for tens of milliseconds, in which it answers nobody.
 */
import { giveBackPages } from '../linux/memory-advice.ts'
import type { CompiledIndex } from '../rules/policy-data.ts'

export class IndexMemory {
  #retired: SharedArrayBuffer[] = []
  #readerCount = 0

  /** For whoever reads an index beside those who answer by it: nothing is given back meanwhile. */
  async during<T>(read: () => Promise<T>): Promise<T> {
    this.#readerCount++
    try {
      return await read()
    } finally {
      this.#readerCount--
      this.#giveBack()
    }
  }

  /**
   * Nobody decides by `old` any longer, and its copy on disk is written.
   * @param next in its place; may go on with the names on disk of `old`
   * @returns false where memory cannot be given back: threads have to collect their heaps
   */
  retire(old: CompiledIndex, next: CompiledIndex): boolean {
    this.#retired.push(old.table, old.sets)
    if (old.tier && old.tier.id !== next.tier?.id) this.#retired.push(old.tier.filter.bits, old.tier.sets)
    return this.#giveBack()
  }

  #giveBack(): boolean {
    if (this.#readerCount > 0) return true
    const retired = this.#retired
    this.#retired = []
    return retired.map((memory) => giveBackPages(new Uint8Array(memory))).every(Boolean)
  }
}
