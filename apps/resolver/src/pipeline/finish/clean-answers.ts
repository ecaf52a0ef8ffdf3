/**
 * Cached answers that were looked at and found to lead nowhere that is blocked: a popular one is walked once and not for
 * each query. One per worker, a fixed number of them; a newer one takes the place of an older one.
 *
 * ```
 *  an answer   4 words: place in the cache + 1 │ the place's sequence number │ edition of policy and cache │ scope
 *  a bucket    4 answers: one cache line
 * ```
 * All four have to be the same: another answer in that place has another sequence number, a change of rules, lists,
 * settings or of the cache itself raises the edition, and the scope tells apart the clients that rules tell apart.
 */
const BUCKETS = 4096
const BUCKET_ANSWERS = 4
const WORDS = 4
const BUCKET_WORDS = BUCKET_ANSWERS * WORDS
/** Spreads neighbouring places (Knuth's multiplicative hashing). */
const SPREAD = 0x9e37_79b1
const BUCKET_SHIFT = 32 - Math.log2(BUCKETS)

export class CleanAnswers {
  readonly #words = new Int32Array(BUCKETS * BUCKET_WORDS)
  /** Which answer of a bucket goes next. */
  #turn = 0

  has(slot: number, sequence: number, edition: number, scope: number): boolean {
    const words = this.#words
    const bucket = bucketOf(slot)
    for (let at = bucket; at < bucket + BUCKET_WORDS; at += WORDS)
      if (words[at] === slot + 1 && words[at + 1] === sequence && words[at + 2] === edition && words[at + 3] === scope)
        return true
    return false
  }

  note(slot: number, sequence: number, edition: number, scope: number): void {
    const words = this.#words
    const at = this.#placeFor(slot, scope)
    words[at] = slot + 1
    words[at + 1] = sequence
    words[at + 2] = edition
    words[at + 3] = scope
  }

  /** Where the same place and scope stood before, else an empty place, else that of the one whose turn it is. */
  #placeFor(slot: number, scope: number): number {
    const words = this.#words
    const bucket = bucketOf(slot)
    let place = -1
    for (let at = bucket; at < bucket + BUCKET_WORDS; at += WORDS) {
      if (words[at] === slot + 1 && words[at + 3] === scope) return at
      if (words[at] === 0 && place < 0) place = at
    }
    this.#turn = (this.#turn + 1) % BUCKET_ANSWERS
    return place < 0 ? bucket + this.#turn * WORDS : place
  }
}

const bucketOf = (slot: number): number => (Math.imul(slot, SPREAD) >>> BUCKET_SHIFT) * BUCKET_WORDS
