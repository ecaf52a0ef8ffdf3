/** Lines of an import or a list that are not used, and why. */
import { z } from 'zod'

export const RejectedLine = z.object({ line: z.int().positive(), text: z.string(), reason: z.string() })
export type RejectedLine = z.infer<typeof RejectedLine>

/** The most rejected lines one response lists; `rejectedCount` counts them all. */
export const MAX_REJECTED_LISTED = 1000
