/** What the kernel is told of memory that lies outside of the engine's heap (madvise(2)). */
import { createRequire } from 'node:module'
import type * as Koffi from 'koffi'

/** <asm-generic/mman-common.h> */
const MADV_DONTNEED = 4
const MADV_HUGEPAGE = 14
const PAGE_OCTETS = 4096
/** Smaller memory has few pages of either kind. */
const HUGE_FROM_OCTETS = 1 << 22

/**
 * Pages of 2 MB in place of 4 KB, for memory of 4 MB and more. Call before it is first written: then the kernel makes five hundred
 * pages at a time, where each by itself can take 20 µs on a virtual machine. A look-up at random then finds its page without a walk
 * through page tables, too. Where it cannot, nothing is different.
 */
export function useHugePages(memory: Uint8Array): void {
  if (memory.byteLength >= HUGE_FROM_OCTETS) advise(memory, MADV_HUGEPAGE)
}

/**
 * Gives the memory back to the system at once, all but the pages that it has only a part of: it reads as zeros from then on. Nobody
 * may count on what stood there; the buffer itself stays until its last handle is collected.
 * @returns false where that cannot be done: without koffi, or on another system than Linux
 */
export const giveBackPages = (memory: Uint8Array): boolean => advise(memory, MADV_DONTNEED)

/** For whole pages of the memory. */
function advise(memory: Uint8Array, advice: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi
    const madvise = koffi.load(null).func('madvise', 'int', ['uintptr_t', 'size_t', 'int'])
    const start = Number(koffi.address(memory))
    const first = Math.ceil(start / PAGE_OCTETS) * PAGE_OCTETS
    const end = Math.floor((start + memory.byteLength) / PAGE_OCTETS) * PAGE_OCTETS
    return end <= first || (madvise(first, end - first, advice) as number) === 0
  } catch {
    return false
  }
}
