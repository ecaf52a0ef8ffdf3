/** Own rules (design sections 3, 4 and 9): one row each, refused whole when a field is unknown. */
import { z } from 'zod'
import { BlockAnswer, Ipv4List, Ipv6List, MAX_TTL_SECONDS } from './block-answer.ts'
import { Applied, Id, TimestampMs, Version } from './primitives.ts'

export const MAX_PATTERN_CHARACTERS = 1024
export const MAX_COMMENT_CHARACTERS = 1000
/** Clients, tags or excepted names of one rule. */
export const MAX_CONDITIONS = 200
const MAX_CLIENT_CHARACTERS = 256
export const MAX_RECORDS = 32
const MAX_RECORD_CHARACTERS = 2000

/** What every rule may have, whatever it does. */
const common = {
  pattern: z.string().min(1).max(MAX_PATTERN_CHARACTERS),
  enabled: z.boolean().optional(),
  important: z.boolean().optional(),
  shadow: z.boolean().optional().meta({ description: 'only records in the query log what it would do' }),
  /** Mnemonics (`A`, `HTTPS`) or `TYPE123` (RFC 3597), `~A`: not this one; empty or missing: all types. */
  queryTypes: z.array(z.string().min(1).max(17)).max(64).optional(),
  clients: z
    .array(z.string().min(1).max(MAX_CLIENT_CHARACTERS))
    .max(MAX_CONDITIONS)
    .optional()
    .meta({ description: 'addresses, prefixes or names of clients, `~` before it: not this one; missing: all' }),
  clientTags: z
    .array(z.string().min(1).max(MAX_CLIENT_CHARACTERS))
    .max(MAX_CONDITIONS)
    .optional()
    .meta({ description: 'tags of clients, `~` before it: not these; a client has the name of its group as tag' }),
  exceptNames: z
    .array(z.string().min(1).max(MAX_PATTERN_CHARACTERS))
    .max(MAX_CONDITIONS)
    .optional()
    .meta({ description: 'names at and below which the rule does not hold' }),
  ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS).optional(),
  /** Ids of the groups the rule holds for; empty or missing: all. */
  groups: z.array(Id).max(1000).optional(),
  expiresAt: TimestampMs.nullable().optional(),
  schedule: Id.nullable().optional().meta({ description: 'id of the schedule by which the rule holds; null: always' }),
  comment: z.string().max(MAX_COMMENT_CHARACTERS).optional(),
}

const NAME_MATCHES = ['exact', 'suffix', 'subdomains'] as const
/** `address`: an address or prefix that answers must not lead to, or may. */
const JUDGEMENT_MATCHES = [...NAME_MATCHES, 'regex', 'address'] as const

const badfilter = z
  .boolean()
  .optional()
  .meta({ description: 'switches off every rule, own or in a list, that says the same but for this field' })
const inverted = z
  .boolean()
  .optional()
  .meta({ description: 'regex only: holds for the names in which it is not found' })
const yields = z.boolean().optional().meta({
  description:
    'gives way to what is for a longer name, as in zones of RPZ, Unbound and dnsmasq: an allow rule to a block rule, a block rule to a local answer, an alias and a forward rule; important block rules never do',
})
/** `MX 10 mail.example.org.`: type and data (RFC 1035 §5.1). */
const Records = z.array(z.string().min(1).max(MAX_RECORD_CHARACTERS)).max(MAX_RECORDS)
const rcode = z.string().min(1).max(16).optional().meta({ description: '`NXDOMAIN` and its like; NOERROR: NODATA' })
const exceptRewrite = z.string().max(MAX_RECORD_CHARACTERS).optional().meta({
  description: 'exempts from rules that override blocks and say this, as `$dnsrewrite` has it; empty: from all',
})

export const BlockRuleInput = z.strictObject({
  action: z.literal('block'),
  match: z.enum(JUDGEMENT_MATCHES),
  ...common,
  badfilter,
  inverted,
  answer: BlockAnswer.optional(),
  yields,
})
export const AllowRuleInput = z.strictObject({
  action: z.literal('allow'),
  match: z.enum(JUDGEMENT_MATCHES),
  ...common,
  badfilter,
  inverted,
  exceptRewrite,
  tcpOnly: z
    .boolean()
    .optional()
    .meta({ description: 'allowed over TCP, TLS and HTTPS; over UDP the answer is cut short' }),
  yields,
})
export const ForwardRuleInput = z.strictObject({
  action: z.literal('forward'),
  match: z.enum([...NAME_MATCHES, 'regex']),
  ...common,
  servers: z
    .array(z.string().min(1).max(300))
    .min(1)
    .max(16)
    .meta({ description: 'asked in this order; `#` alone: the usual upstreams' }),
})
export const LocalAnswerRuleInput = z.strictObject({
  action: z.literal('rewrite'),
  match: z.enum([...NAME_MATCHES, 'regex']),
  ...common,
  badfilter,
  inverted,
  ipv4: Ipv4List.optional(),
  ipv6: Ipv6List.optional(),
  records: Records.optional(),
  rcode,
  overridesBlock: z
    .boolean()
    .optional()
    .meta({ description: 'stands above all block and allow rules of its kind, as `$dnsrewrite` does' }),
})
export const AddressRewriteRuleInput = z.strictObject({
  action: z.literal('rewrite'),
  match: z.literal('address'),
  ...common,
  /** One address, or a prefix of the same length and family as the pattern. */
  target: z.string().min(1).max(50),
})
export const AliasRuleInput = z.strictObject({
  action: z.literal('alias'),
  match: z.enum(NAME_MATCHES),
  ...common,
  target: z.string().min(1).max(MAX_PATTERN_CHARACTERS),
})

export const ACTIONS = ['block', 'allow', 'forward', 'rewrite', 'alias'] as const
export type Action = (typeof ACTIONS)[number]
export const MATCH_KINDS = ['exact', 'suffix', 'subdomains', 'regex', 'address'] as const
export type MatchKind = (typeof MATCH_KINDS)[number]

/** Shape only; what a pattern, server or target may hold is checked by `rules/check-rule.ts`, for API and console alike. */
export const RuleInput = z
  .union([
    BlockRuleInput,
    AllowRuleInput,
    ForwardRuleInput,
    LocalAnswerRuleInput,
    AddressRewriteRuleInput,
    AliasRuleInput,
  ])
  .meta({ id: 'NewRule' })
export type RuleInput = z.infer<typeof RuleInput>

/** A rule as stored and listed. Fields that do not belong to its action are absent. */
export const Rule = z
  .object({
    id: Id,
    version: Version,
    action: z.enum(ACTIONS),
    match: z.enum(MATCH_KINDS),
    /** Canonical: lower case, A-labels, no final dot; addresses and prefixes in RFC 5952 form; regular expressions as written. */
    pattern: z.string(),
    enabled: z.boolean(),
    important: z.boolean(),
    queryTypes: z.array(z.string()),
    ttlSeconds: z.int().nullable(),
    groups: z.array(Id),
    expiresAt: TimestampMs.nullable(),
    comment: z.string(),
    owner: z.string(),
    schedule: Id.optional(),
    shadow: z.boolean().optional(),
    clients: z.array(z.string()).optional(),
    clientTags: z.array(z.string()).optional(),
    exceptNames: z.array(z.string()).optional(),
    badfilter: z.boolean().optional(),
    inverted: z.boolean().optional(),
    answer: BlockAnswer.optional(),
    exceptRewrite: z.string().optional(),
    tcpOnly: z.boolean().optional(),
    yields: z.boolean().optional(),
    servers: z.array(z.string()).optional(),
    ipv4: z.array(z.string()).optional(),
    ipv6: z.array(z.string()).optional(),
    records: z.array(z.string()).optional(),
    rcode: z.string().optional(),
    overridesBlock: z.boolean().optional(),
    target: z.string().optional(),
    createdAt: TimestampMs,
    updatedAt: TimestampMs,
    /** The rule as one line of the rule language. */
    text: z.string(),
  })
  .meta({ id: 'Rule' })
export type Rule = z.infer<typeof Rule>

export const RuleSaved = Rule.extend(Applied.shape).meta({ id: 'RuleSaved' })

/** Any subset of the fields; action, match and pattern may change too. The result must be a valid rule. */
export const RulePatch = z
  .strictObject({
    action: z.enum(ACTIONS).optional(),
    match: z.enum(MATCH_KINDS).optional(),
    pattern: common.pattern.optional(),
    enabled: common.enabled,
    important: common.important,
    shadow: common.shadow,
    queryTypes: common.queryTypes,
    ttlSeconds: z.int().min(0).max(MAX_TTL_SECONDS).nullable().optional(),
    groups: common.groups,
    expiresAt: common.expiresAt,
    comment: common.comment,
    schedule: common.schedule,
    clients: common.clients,
    clientTags: common.clientTags,
    exceptNames: common.exceptNames,
    badfilter,
    inverted,
    exceptRewrite: exceptRewrite.nullable(),
    tcpOnly: z.boolean().optional(),
    yields: z.boolean().optional(),
    records: Records.optional(),
    rcode: rcode.nullable(),
    overridesBlock: z.boolean().optional(),
    answer: BlockAnswer.nullable().optional(),
    servers: z.array(z.string().min(1).max(300)).min(1).max(16).optional(),
    ipv4: Ipv4List.optional(),
    ipv6: Ipv6List.optional(),
    target: z.string().min(1).max(MAX_PATTERN_CHARACTERS).optional(),
  })
  .meta({ id: 'RulePatch' })
export type RulePatch = z.infer<typeof RulePatch>
