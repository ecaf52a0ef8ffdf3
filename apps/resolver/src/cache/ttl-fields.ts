/** Where a response's TTL fields are, found once when it is stored, so that a hit need not walk its records. */
import { RrType } from '@weir/shared/dns/rr-type'
import { RecordCursor } from '../wire/walk-records.ts'

/** Fields that the shared cache notes. */
export const MAX_TTL_FIELDS = 512

const cursor = new RecordCursor()

/**
 * Writes the offset of each record's TTL to `out`.
 * @returns how many; -1 when the message is not whole, has an OPT record, or has more records than fit
 */
export function findTtlFields(message: Uint8Array, length: number, out: Uint16Array): number {
  let fieldCount = 0
  cursor.start(message, length)
  while (cursor.next()) {
    if (fieldCount === out.length || cursor.rrType === RrType.OPT) return -1
    out[fieldCount++] = cursor.ttlOffset
  }
  return cursor.isMalformed || cursor.end !== length ? -1 : fieldCount
}
