/** Puts one record into a ring, as a recorder does outside of batches. */
import type { LogFields } from './log-record.ts'
import type { LogRingWriter } from './log-ring.ts'

/** @returns false when there is no room */
export function appendRecord(end: LogRingWriter, record: LogFields): boolean {
  end.look()
  const isWritten = end.write(record) >= 0
  end.publish()
  return isWritten
}
