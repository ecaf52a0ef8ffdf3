/** Large memory in pages of 2 MB in place of 4 KB (madvise(2), MADV_HUGEPAGE). */
import { createRequire } from 'node:module'
import type * as Koffi from 'koffi'

/** <asm-generic/mman-common.h> */
const MADV_HUGEPAGE = 14
const PAGE_OCTETS = 4096

/**
 * Call before the memory is first written: then the kernel makes five hundred pages at a time, where each by itself can take
 * 20 µs on a virtual machine. Where it cannot, nothing is different.
 */
export function useHugePages(memory: Uint8Array): void {
  if (process.platform !== 'linux') return
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi
    const madvise = koffi.load(null).func('madvise', 'int', ['uintptr_t', 'size_t', 'int'])
    const start = Number(koffi.address(memory))
    const firstPage = Math.ceil(start / PAGE_OCTETS) * PAGE_OCTETS
    madvise(firstPage, start + memory.byteLength - firstPage, MADV_HUGEPAGE)
  } catch {
    // Without koffi, or on a kernel without huge pages.
  }
}
