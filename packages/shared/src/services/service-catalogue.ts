/** Every service that Weir knows, and how to find one. */
import { ADULT, GAMBLING, GAMES } from './catalogue/leisure.ts'
import { MUSIC, VIDEO } from './catalogue/media.ts'
import { DATING, MESSAGING, SOCIAL } from './catalogue/people.ts'
import { AI, FILES, PRIVACY, SHOPPING } from './catalogue/tools.ts'
import type { Service } from './service.ts'

export const SERVICES: readonly Service[] = [
  ...VIDEO,
  ...MUSIC,
  ...SOCIAL,
  ...MESSAGING,
  ...GAMES,
  ...SHOPPING,
  ...AI,
  ...DATING,
  ...GAMBLING,
  ...ADULT,
  ...FILES,
  ...PRIVACY,
]

const BY_ID = new Map(SERVICES.map((service) => [service.id, service]))

export const findService = (id: string): Service | undefined => BY_ID.get(id)
