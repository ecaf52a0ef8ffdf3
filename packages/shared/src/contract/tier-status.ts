/** How names beyond the memory budget stand. */
import { z } from 'zod'

const count = z.int().nonnegative()

export const TierStatus = z
  .object({
    names: count,
    lists: count,
    /** Of the parts: one SQLite file each. */
    parts: z.array(z.object({ file: z.string(), sizeOctets: count })),
    sizeOctets: count.meta({ description: 'on disk: pages, filter and sets' }),
    filterOctets: count.meta({ description: 'memory of the filter' }),
    expectedPassRate: z.number().meta({
      description: 'part of unlisted names that the filter let pass, tried with random ones when it was made',
    }),
    falsePositiveRate: z
      .number()
      .nullable()
      .meta({ description: 'the same of the names that were asked for; null: none were' }),
    hitRate: z
      .number()
      .nullable()
      .meta({ description: 'part of the look-ups past the filter that were answered from kept results' }),
    lookups: count,
    passed: count.meta({ description: 'look-ups that the filter let pass' }),
    found: count.meta({ description: 'look-ups of listed names' }),
    keptResults: count,
    keptResultsLimit: count,
    reads: count.meta({ description: 'pages read' }),
    slowReads: count.meta({ description: 'of them, in more than a millisecond' }),
    unreadable: count.meta({ description: 'look-ups whose page was damaged: taken for listed' }),
  })
  .meta({ id: 'TierStatus' })
export type TierStatus = z.infer<typeof TierStatus>
