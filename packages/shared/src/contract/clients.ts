/** Clients: what is said of them (entries), and who was seen asking. */
import { z } from 'zod'
import { CLIENT_KINDS } from '../clients/client-identifier.ts'
import { Applied, Id, TimestampMs, Version } from './primitives.ts'

const MAX_IDENTIFIER_CHARACTERS = 260
export const MAX_CLIENTS = 20_000
const MAX_TAGS = 20

export const Client = z
  .object({
    id: Id,
    version: Version,
    identifier: z.string().meta({
      description: 'address, prefix, `id:` and a client id, or `name:` and a reverse name; the most exact one counts',
    }),
    kind: z.enum(CLIENT_KINDS),
    name: z.string(),
    groupId: Id,
    tags: z.array(z.string()).meta({ description: 'besides the one that its group gives, for `$ctag`' }),
    comment: z.string(),
    isQuarantined: z.boolean().meta({ description: 'its group is the one for new clients' }),
    notes: z
      .array(z.string())
      .meta({ description: 'other entries that hold it too, or that it holds, and which counts' }),
  })
  .meta({ id: 'Client' })
export type Client = z.infer<typeof Client>

export const ClientInput = z.strictObject({
  identifier: z.string().min(1).max(MAX_IDENTIFIER_CHARACTERS),
  groupId: Id,
  name: z.string().trim().max(100).optional(),
  tags: z
    .array(z.string().regex(/^[\p{L}\p{N}_-]{1,63}$/u, 'must be letters, digits, _ and -'))
    .max(MAX_TAGS)
    .optional(),
  comment: z.string().max(1000).optional(),
})
export type ClientInput = z.infer<typeof ClientInput>
export const ClientPatch = ClientInput.partial()
export type ClientPatch = z.infer<typeof ClientPatch>
export const ClientSaved = Client.extend(Applied.shape).meta({ id: 'ClientSaved' })
export const ClientCollection = z
  .object({ items: z.array(Client), quarantined: z.int().nonnegative() })
  .meta({ id: 'ClientCollection' })
export type ClientCollection = z.infer<typeof ClientCollection>

/** An address that asked. */
export const SeenClient = z
  .object({
    address: z.string(),
    name: z.string().meta({ description: 'of the entry that counts, else the reverse name, else empty' }),
    reverseName: z.string().nullable(),
    groupId: Id,
    entryId: Id.nullable().meta({
      description: 'the entry that decides its group; null: none, it is of the default group',
    }),
    firstSeen: TimestampMs,
    lastSeen: TimestampMs,
    queries: z.int().nonnegative(),
    blocked: z.int().nonnegative(),
  })
  .meta({ id: 'SeenClient' })
export type SeenClient = z.infer<typeof SeenClient>
export const MAX_SEEN_CLIENTS = 1000
export const SeenClientCollection = z
  .object({
    items: z.array(SeenClient).meta({ description: 'those that asked last come first' }),
    isLogReadable: z.boolean(),
  })
  .meta({ id: 'SeenClientCollection' })
export type SeenClientCollection = z.infer<typeof SeenClientCollection>
