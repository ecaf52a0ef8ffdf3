/**
 * Cached answers that were looked at and found to lead nowhere that is blocked: a popular one is walked once and not for
 * each query. One per worker, a fixed number of them; a newer one takes the place of an older one.
 *
 * ```
 *  an answer   4 words: place in the cache + 1 │ the place's sequence number │ edition of policy and cache │ scope
 * ```
 * All four have to be the same: another answer in that place has another sequence number, a change of rules, lists,
 * settings or of the cache itself raises the edition, and the scope tells apart the clients that rules tell apart.
 */
const ANSWERS = 16_384
const WORDS = 4
/** Spreads neighbouring places (Knuth's multiplicative hashing). */
const SPREAD = 0x9e37_79b1
const INDEX_SHIFT = 32 - Math.log2(ANSWERS)

export class CleanAnswers {
  readonly #words = new Int32Array(ANSWERS * WORDS)

  has(slot: number, sequence: number, edition: number, scope: number): boolean {
    const words = this.#words
    const at = placeOf(slot, scope)
    return words[at] === slot + 1 && words[at + 1] === sequence && words[at + 2] === edition && words[at + 3] === scope
  }

  note(slot: number, sequence: number, edition: number, scope: number): void {
    const words = this.#words
    const at = placeOf(slot, scope)
    words[at] = slot + 1
    words[at + 1] = sequence
    words[at + 2] = edition
    words[at + 3] = scope
  }
}

const placeOf = (slot: number, scope: number): number =>
  (Math.imul(slot + Math.imul(scope, 0x85eb_ca6b), SPREAD) >>> INDEX_SHIFT) * WORDS
