/** Groups of clients: what each sets of its own; what it does not set is as for "Everyone". */
import { z } from 'zod'
import { LOG_PRIVACIES } from '../log/log-privacy.ts'
import { Applied, Id, Version } from './primitives.ts'
import { SourceAnswer } from './rules.ts'
import { UPSTREAM_STRATEGIES, UpstreamSettings } from './settings.ts'

export const GroupUpstreams = z
  .strictObject({ servers: UpstreamSettings.shape.servers, strategy: z.enum(UPSTREAM_STRATEGIES) })
  .meta({ id: 'GroupUpstreams' })
export type GroupUpstreams = z.infer<typeof GroupUpstreams>

export const Group = z
  .object({
    id: Id,
    version: Version,
    name: z.string(),
    isDefault: z.boolean(),
    clients: z.array(z.string()),
    comment: z.string(),
    answer: SourceAnswer.nullable().meta({
      description:
        'block answer of its clients; null, or a part that is missing: that of the default group, then the global one',
    }),
    schedule: Id.nullable().meta({
      description: 'while it holds, the group has its own policy, else that of the default group; null: always',
    }),
    upstreams: GroupUpstreams.nullable().meta({ description: 'null: those of the settings' }),
    logPrivacy: z.enum(LOG_PRIVACIES).nullable().meta({ description: 'null: as the default group, which says full' }),
  })
  .meta({ id: 'Group' })
export type Group = z.infer<typeof Group>
const MAX_GROUP_CLIENTS = 10_000
export const GroupInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  comment: z.string().max(1000).optional(),
  /** Addresses and prefixes; each belongs to one group only. Replaces those there were. */
  clients: z.array(z.string().min(1).max(50)).max(MAX_GROUP_CLIENTS).optional(),
  answer: SourceAnswer.nullable().optional(),
  schedule: Id.nullable().optional(),
  upstreams: GroupUpstreams.nullable().optional(),
  logPrivacy: z.enum(LOG_PRIVACIES).nullable().optional(),
})
export type GroupInput = z.infer<typeof GroupInput>
export const GroupPatch = GroupInput.partial()
export type GroupPatch = z.infer<typeof GroupPatch>
export const GroupSaved = Group.extend(Applied.shape).meta({ id: 'GroupSaved' })
export const GroupCollection = z.object({ items: z.array(Group) }).meta({ id: 'GroupCollection' })
