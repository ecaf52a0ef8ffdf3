/** Groups of clients: what each sets of its own; what it does not set is as for "Everyone". */
import { z } from 'zod'
import { LOG_PRIVACIES } from '../log/log-privacy.ts'
import { SourceAnswer } from './block-answer.ts'
import { Applied, Id, Version } from './primitives.ts'
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
  /** Addresses, prefixes, client ids (`id:…`) and reverse names (`name:…`); each belongs to one group only. Replaces those there were. */
  clients: z.array(z.string().min(1).max(260)).max(MAX_GROUP_CLIENTS).optional(),
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

/** Where a setting of a group comes from: the group itself, the default group, or the settings. */
export const POLICY_ORIGINS = ['group', 'everyone', 'settings'] as const
const from = <T extends z.ZodType>(value: T) => z.object({ value, origin: z.enum(POLICY_ORIGINS) })
const Held = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['block', 'allow', 'service', 'safe-search']),
  enabled: z.boolean().meta({ description: 'holds for the group, if only by its schedule' }),
  schedule: Id.nullable(),
  origin: z.enum(POLICY_ORIGINS),
  shadow: z.boolean().meta({ description: 'only records what it would do' }),
})

/** `GET /groups/{id}/policy`: everything that holds for the clients of a group, with where it comes from. */
export const GroupPolicy = z
  .object({
    group: Id,
    schedule: Id.nullable(),
    holdsNow: z
      .boolean()
      .meta({ description: 'false: its schedule does not hold, its clients have the default policy' }),
    answer: from(SourceAnswer.nullable()),
    answerParts: z
      .array(
        z.object({
          part: SourceAnswer.keyof(),
          value: z.union([z.string(), z.int(), z.array(z.string())]),
          origin: z.enum(POLICY_ORIGINS),
        }),
      )
      .meta({ description: 'what blocked names get, each part from the nearest that sets it' }),
    upstreams: from(GroupUpstreams),
    logPrivacy: from(z.enum(LOG_PRIVACIES)),
    lists: z.array(Held),
    services: z.array(Held).meta({ description: 'only those that are on' }),
    safeSearch: z.array(Held).meta({ description: 'only those that are on' }),
    rules: z.array(z.object({ action: z.string(), own: z.int(), everyone: z.int() })).meta({
      description: 'rules that are on and act, by action: those that name the group, and those for all groups',
    }),
  })
  .meta({ id: 'GroupPolicy' })
export type GroupPolicy = z.infer<typeof GroupPolicy>
