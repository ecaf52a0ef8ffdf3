/**
 * Names that no expression of a set matches: each is looked through once, and not for each query. A fixed number of them; a newer
 * one takes the place of an older one.
 *
 * ```
 *  a name     2 words: its hash (name-hash.ts), which is what the rule index knows names by as well
 *  a bucket   2 names; the one that was looked up or came last goes last
 * ```
 */
const BUCKETS = 65_536
const BUCKET_WORDS = 4

export class UnmatchedNames {
  /** Made when the first name comes: a megabyte that most sets of rules never need. */
  #words: Int32Array | null = null
  #isEmpty = true

  /** The pair of the root, which is that of a free place, is never there. */
  has(first: number, second: number): boolean {
    const words = this.#words
    if (words === null || (first | second) === 0) return false
    const at = bucketOf(first)
    if (words[at] === first && words[at + 1] === second) return true
    if (words[at + 2] !== first || words[at + 3] !== second) return false
    this.#putFirst(words, at, first, second)
    return true
  }

  note(first: number, second: number): void {
    this.#words ??= new Int32Array(BUCKETS * BUCKET_WORDS)
    this.#isEmpty = false
    this.#putFirst(this.#words, bucketOf(first), first, second)
  }

  /** An expression came: it may match any of them. */
  clear(): void {
    if (this.#isEmpty) return
    this.#isEmpty = true
    this.#words!.fill(0)
  }

  #putFirst(words: Int32Array, at: number, first: number, second: number): void {
    words[at + 2] = words[at]!
    words[at + 3] = words[at + 1]!
    words[at] = first
    words[at + 1] = second
  }
}

const bucketOf = (first: number): number => (first & (BUCKETS - 1)) * BUCKET_WORDS
