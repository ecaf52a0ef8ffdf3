/**
 * Well-known lists, in our own words: what each is for, who keeps it, under which licence. Nothing of their content is here,
 * and nothing is fetched before somebody subscribes. Sizes are orders of magnitude. Reviewed 2026-11.
 */
import type { CatalogueList } from '../contract/list-catalogue.ts'
import { COUNTRY_LISTS } from './countries.ts'
import { DEVICE_LISTS } from './devices.ts'
import { GENERAL_LISTS } from './general.ts'
import { HIDDEN_TRACKER_LISTS } from './hidden-trackers.ts'
import { THREAT_LISTS } from './threats.ts'
import { TOPIC_LISTS } from './topics.ts'

export const LIST_CATALOGUE: readonly CatalogueList[] = [
  ...GENERAL_LISTS,
  ...THREAT_LISTS,
  ...TOPIC_LISTS,
  ...DEVICE_LISTS,
  ...HIDDEN_TRACKER_LISTS,
  ...COUNTRY_LISTS,
]
