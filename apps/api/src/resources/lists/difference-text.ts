/** The text of a difference, one entry a line, as octets in pieces: names go from chunk to text without becoming strings. */
import type { DiffSide } from '@weir/shared/contract/list-diff'
import type { NameClass } from '@weir/shared/lists/name-class'
import { writeTurnedBack } from '@weir/shared/lists/reversed-name'
import { entryOf } from './content-guard.ts'

const PIECE_OCTETS = 256 * 1024
/** A line holds a rule of at most 4,096 characters, or a name and some signs. */
const MAX_ENTRY_OCTETS = 4 * 4096 + 64
const LINE_END = 0x0a
const SIGNS: Record<DiffSide, string> = { added: '+ ', removed: '- ' }

export class DifferenceText {
  readonly #side: DiffSide | undefined
  #piece = Buffer.allocUnsafeSlow(PIECE_OCTETS)
  #used = 0
  #full: Buffer[] = []
  /** What stands before and behind the names of a class. */
  readonly #around = new Map<NameClass, [Buffer, Buffer]>()

  /** @param side alone, without signs; undefined: both, after `+ ` and `- ` */
  constructor(side: DiffSide | undefined) {
    this.#side = side
  }

  name(side: DiffSide, nameClass: NameClass, octets: Uint8Array, offset: number, length: number): void {
    if (!this.#begin(side)) return
    const [before, after] = this.#aroundOf(nameClass)
    this.#used += before.copy(this.#piece, this.#used)
    writeTurnedBack(octets, offset, length, this.#piece, this.#used)
    this.#used += length
    this.#used += after.copy(this.#piece, this.#used)
    this.#piece[this.#used++] = LINE_END
  }

  rule(side: DiffSide, text: string): void {
    if (!this.#begin(side)) return
    this.#used += this.#piece.write(text, this.#used, MAX_ENTRY_OCTETS - SIGNS.added.length - 1)
    this.#piece[this.#used++] = LINE_END
  }

  /** Pieces that are full. */
  takeFull(): Buffer[] {
    return this.#full.splice(0)
  }

  /** Those and the one that is not, once nothing more comes. */
  takeAll(): Buffer[] {
    return [...this.takeFull(), ...(this.#used > 0 ? [this.#piece.subarray(0, this.#used)] : [])]
  }

  /** @returns whether entries of this side are wanted; then there is room for one */
  #begin(side: DiffSide): boolean {
    if (this.#side !== undefined && this.#side !== side) return false
    if (this.#used + MAX_ENTRY_OCTETS > PIECE_OCTETS) {
      this.#full.push(this.#piece.subarray(0, this.#used))
      this.#piece = Buffer.allocUnsafeSlow(PIECE_OCTETS)
      this.#used = 0
    }
    if (this.#side === undefined) this.#used += this.#piece.write(SIGNS[side], this.#used)
    return true
  }

  #aroundOf(nameClass: NameClass): [Buffer, Buffer] {
    const known = this.#around.get(nameClass)
    if (known) return known
    const [before = '', after = ''] = entryOf(nameClass, 'x').split('x')
    const around: [Buffer, Buffer] = [Buffer.from(before), Buffer.from(after)]
    this.#around.set(nameClass, around)
    return around
  }
}
