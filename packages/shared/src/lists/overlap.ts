/**
 * How much of each list others cover. All lists are walked together, name by name: sorted with their labels reversed, a name
 * comes right before those below it, so that each list needs to remember one wide entry only. Memory does not grow with them.
 *
 * ```
 *  org␀example          A ||example.org^     wide entry of A
 *  org␀example␀ads      B ads.example.org    covered by A
 *  org␀example␀ads␀x    C ||x.ads.example…   covered by A, not by B: an exact name covers itself alone
 *  org␀other            …                    A's wide entry ends here
 * ```
 */
import type { NameCursor } from './name-chunk.ts'
import type { NameMatch } from './name-class.ts'
import { compareReversed } from './reversed-name.ts'

/** Entries of one list that match in one way. */
export interface OverlapSource {
  /** Place of its list, from 0. */
  readonly list: number
  readonly match: NameMatch
  readonly names: NameCursor
}

/** What a list acts on at one name: bits. */
const SELF = 1
const BELOW = 2
const REACH: Record<NameMatch, number> = { exact: SELF, subdomains: BELOW, suffix: SELF | BELOW }

/** Told for every name of every list, in order. */
export interface OverlapVisitor {
  /** @param coveredBy for each list: does an entry of it act on all that this one acts on? Reused. */
  name(list: number, coveredBy: Uint8Array, octets: Uint8Array, offset: number, length: number): void
}

/** Steps between two pauses. */
const STEPS_PER_PAUSE = 16_384

/** Walks through all sources; pauses now and then, telling how many entries it has seen. */
export function* walkOverlaps(
  sources: readonly OverlapSource[],
  lists: number,
  visitor: OverlapVisitor,
): Generator<number, void> {
  const heap = new CursorHeap(sources)
  const state = new WideEntries(lists)
  const present: number[] = []
  const coveredBy = new Uint8Array(lists)
  let seen = 0
  let nextPause = STEPS_PER_PAUSE
  while (heap.top !== undefined) {
    seen += gather(heap, state, present)
    for (const list of present) {
      const reach = state.reach[list]!
      for (let other = 0; other < lists; other++)
        coveredBy[other] =
          // An entry does not cover itself: only a wider one above it does.
          state.isBelow(other) || (other !== list && (state.reach[other]! & reach) === reach) ? 1 : 0
      visitor.name(list, coveredBy, state.octets, 0, state.length)
    }
    state.leave(present)
    if (seen >= nextPause) {
      nextPause = seen + STEPS_PER_PAUSE
      yield seen
    }
  }
}

/** Takes all entries of the next name off the heap. @returns how many there were; `present` gets their lists */
function gather(heap: CursorHeap, state: WideEntries, present: number[]): number {
  const { names } = heap.top!
  state.enter(names.octets, names.offset, names.length)
  let seen = 0
  for (let top = heap.top; top !== undefined && state.isAt(top.names); top = heap.top) {
    if (state.reach[top.list] === 0) present.push(top.list)
    state.reach[top.list]! |= REACH[top.match]
    seen++
    heap.advance()
  }
  return seen
}

const MAX_NAME = 256

/** The name that is looked at, what each list acts on there, and the widest entry of each above it. */
class WideEntries {
  readonly octets = new Uint8Array(MAX_NAME)
  length = 0
  /** Of each list, at the present name. */
  readonly reach: Uint8Array
  /** Octets of the wide entry of each list, a prefix of the present name; 0: none. */
  readonly #wide: Uint16Array

  constructor(lists: number) {
    this.reach = new Uint8Array(lists)
    this.#wide = new Uint16Array(lists)
  }

  /** Goes to the next name: wide entries that it does not lie under end. */
  enter(octets: Uint8Array, offset: number, length: number): void {
    const most = Math.min(this.length, length)
    let shared = 0
    while (shared < most && this.octets[shared] === octets[offset + shared]) shared++
    for (let i = shared; i < length; i++) this.octets[i] = octets[offset + i]!
    this.length = length
    for (let list = 0; list < this.#wide.length; list++) {
      const wide = this.#wide[list]!
      // It must be shared up to its end, and a label must end there.
      if (wide > 0 && (wide > shared || this.octets[wide] !== 0)) this.#wide[list] = 0
    }
  }

  isAt(names: NameCursor): boolean {
    return compareReversed(names, { octets: this.octets, offset: 0, length: this.length }) === 0
  }

  /** Has the list a wide entry above the present name? */
  isBelow(list: number): boolean {
    return this.#wide[list] !== 0
  }

  /** Wide entries of the present name count from the next one on, where there is none above them. */
  leave(present: number[]): void {
    for (const list of present) {
      if ((this.reach[list]! & BELOW) !== 0 && this.#wide[list] === 0) this.#wide[list] = this.length
      this.reach[list] = 0
    }
    present.length = 0
  }
}

/** The sources by their present name, the first on top. */
class CursorHeap {
  readonly #sources: OverlapSource[] = []

  constructor(sources: readonly OverlapSource[]) {
    for (const source of sources) if (source.names.next()) this.#sources.push(source)
    for (let i = (this.#sources.length >> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  get top(): OverlapSource | undefined {
    return this.#sources[0]
  }

  /** Moves the top on to its next name. */
  advance(): void {
    if (!this.#sources[0]!.names.next()) {
      const last = this.#sources.pop()!
      if (this.#sources.length === 0) return
      this.#sources[0] = last
    }
    this.#sink(0)
  }

  #sink(from: number): void {
    const heap = this.#sources
    const moved = heap[from]!
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && compareReversed(heap[child + 1]!.names, heap[child]!.names) < 0) child++
      if (compareReversed(heap[child]!.names, moved.names) >= 0) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = moved
  }
}
