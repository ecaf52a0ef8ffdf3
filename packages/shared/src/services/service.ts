/**
 * What a service is: the names under which one company's offer is reached, so that it can be switched off as a whole.
 *
 * A service becomes a rule set: its names block like those of a list (docs/services.md has the rules for what may stand
 * here; service-catalogue.test.ts executes them).
 */
import type { BlockAnswer } from '../contract/block-answer.ts'

/** In the order in which they are shown. */
export const SERVICE_CATEGORIES = {
  video: 'Video',
  music: 'Music',
  social: 'Social networks',
  messaging: 'Messaging and calls',
  games: 'Games',
  shopping: 'Shopping',
  ai: 'AI assistants',
  dating: 'Dating',
  gambling: 'Gambling',
  adult: 'Adult',
  files: 'File sharing',
  privacy: 'VPN and ways around',
} as const
export type ServiceCategory = keyof typeof SERVICE_CATEGORIES

export interface Service {
  /** Stands in the log and in `rule_set`: never changed, never given to another service. */
  readonly number: number
  /** For addresses and tables: small letters, digits and dashes; never changed. */
  readonly id: string
  readonly name: string
  readonly category: ServiceCategory
  /** Canonical names, each with everything below it; behind `=` the name alone. */
  readonly domains: readonly string[]
  /** How it is to be answered where nobody says otherwise, when its makers ask for a certain answer. */
  readonly answer?: BlockAnswer
}

/** A service as its file writes it: `[number, id, name, domains]`. */
export type ServiceLine = readonly [number: number, id: string, name: string, domains: readonly string[]]

export const servicesOf = (category: ServiceCategory, lines: readonly ServiceLine[]): Service[] =>
  lines.map(([number, id, name, domains]) => ({ number, id, name, category, domains }))

/** One maker's name under many endings: `across('example', ['org', 'co.uk'])`. */
export const across = (label: string, endings: readonly string[]): string[] =>
  endings.map((ending) => `${label}.${ending}`)
