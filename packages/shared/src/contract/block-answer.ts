/** How blocked names are answered, said by a rule or by what many rules come from: a list, a service, a group. */
import { z } from 'zod'

export const BLOCK_ANSWER_KINDS = ['null', 'nxdomain', 'nodata', 'refused', 'drop', 'addresses'] as const
export type BlockAnswerKind = (typeof BLOCK_ANSWER_KINDS)[number]

export const MAX_ADDRESSES = 32
export const MAX_TTL_SECONDS = 86_400 * 7

export const Ipv4List = z.array(z.ipv4()).max(MAX_ADDRESSES)
export const Ipv6List = z.array(z.ipv6()).max(MAX_ADDRESSES)

/** How a blocked name is answered. A missing part comes from the list, the group or the global answer, in that order. */
export const BlockAnswer = z
  .strictObject({
    kind: z.enum(BLOCK_ANSWER_KINDS).optional(),
    ipv4: Ipv4List.optional(),
    ipv6: Ipv6List.optional(),
    txt: z.string().max(1000).optional(),
    mx: z.string().max(260).optional().meta({ description: 'preference and host, as in `10 host.example.`' }),
  })
  .meta({ id: 'BlockAnswer' })
export type BlockAnswer = z.infer<typeof BlockAnswer>

/** INFO-CODEs of RFC 8914 §4.16 to §4.19 that say why a name was blocked. */
export const BLOCK_ERROR_CODES = ['blocked', 'censored', 'filtered', 'prohibited'] as const
export type BlockErrorCode = (typeof BLOCK_ERROR_CODES)[number]
export const BlockError = z.enum(BLOCK_ERROR_CODES).meta({
  description:
    'Extended DNS Error: blocked (15) by the operator, censored (16) for somebody else, filtered (17) as the client asked, prohibited (18)',
})

/** The same for what many rules come from: a list, a service, a group. */
export const SourceAnswer = BlockAnswer.extend({
  ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS).optional(),
  extendedError: BlockError.optional(),
}).meta({ id: 'SourceAnswer' })
export type SourceAnswer = z.infer<typeof SourceAnswer>
