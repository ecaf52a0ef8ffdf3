/** TTLs of a kept answer as its receiver should see them. */

/** What stale answers carry (RFC 8767 §4). */
export const STALE_TTL_SECONDS = 30

/**
 * Rewrites the TTL fields of `out`, a copy of the answer whose fields' offsets lie in `view` from `fieldsOffset`.
 *
 * A fresh record gets what is left of its own TTL, but never less than what is left of the answer's: a minimum TTL
 * lifts short ones. A TTL with its top bit set is zero (RFC 2181 §8).
 *
 * @param remainingSeconds of the answer's life; below 1: it is stale, and every record gets STALE_TTL_SECONDS
 * @returns false when an offset lies outside, which a reader beside a writer may see
 */
export function ageTtls(
  out: Uint8Array,
  length: number,
  view: DataView,
  fieldsOffset: number,
  fieldCount: number,
  ageSeconds: number,
  remainingSeconds: number,
): boolean {
  for (let i = 0; i < fieldCount; i++) {
    const at = view.getUint16(fieldsOffset + i * 2, true)
    if (at + 4 > length) return false
    const original = out[at]! * 0x1000000 + ((out[at + 1]! << 16) | (out[at + 2]! << 8) | out[at + 3]!)
    const own = (original > 0x7fffffff ? 0 : original) - ageSeconds
    const ttl = remainingSeconds < 1 ? STALE_TTL_SECONDS : own > remainingSeconds ? own : remainingSeconds
    out[at] = ttl >>> 24
    out[at + 1] = ttl >>> 16
    out[at + 2] = ttl >>> 8
    out[at + 3] = ttl
  }
  return true
}
