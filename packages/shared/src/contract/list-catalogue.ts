/** Well-known lists that can be subscribed to. */
import { z } from 'zod'
import { LIST_FORMATS } from './lists.ts'
import { Id } from './primitives.ts'

export const LIST_CATEGORIES = [
  'ads',
  'tracking',
  'malware',
  'phishing',
  'scam',
  'adult',
  'gambling',
  'social',
  'bypass',
  'device',
  'mining',
  'piracy',
  'regional',
] as const
export type ListCategory = (typeof LIST_CATEGORIES)[number]

/** How much a list risks to break: `relaxed` next to nothing, `strict` something each week in most networks. */
export const LIST_STRICTNESS = ['relaxed', 'balanced', 'strict'] as const

export const CatalogueList = z.object({
  id: z.string().meta({ description: 'stays the same when name or address change' }),
  name: z.string(),
  maintainer: z.string(),
  homepage: z.url(),
  url: z.url().meta({ description: 'what is fetched' }),
  kind: z.enum(['block', 'allow']),
  format: z.enum(LIST_FORMATS),
  licence: z.string().meta({ description: 'SPDX identifier, or words where there is none' }),
  purpose: z.string(),
  categories: z.array(z.enum(LIST_CATEGORIES)).min(1),
  strictness: z.enum(LIST_STRICTNESS),
  typicalEntries: z.int().positive().meta({ description: 'order of magnitude: it moves from day to day' }),
})
export type CatalogueList = z.infer<typeof CatalogueList>

export const CatalogueItem = CatalogueList.extend({
  listId: Id.nullable().meta({ description: 'the list that has this address already' }),
}).meta({ id: 'CatalogueItem' })
export type CatalogueItem = z.infer<typeof CatalogueItem>

export const ListCatalogue = z.object({ items: z.array(CatalogueItem) }).meta({ id: 'ListCatalogue' })
