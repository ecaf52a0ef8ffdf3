/** What one line of the rule language comes to. */
import type { RuleInput } from '../contract/rules.ts'
import type { OpenRecord } from './zone-record.ts'

/** How ambiguous lines are read: `own` for own rules and imports, the others for lists of that format. */
export const DIALECTS = ['own', 'hosts', 'names', 'wildcard', 'adblock', 'dnsmasq', 'unbound', 'rpz'] as const
export type Dialect = (typeof DIALECTS)[number]

/** Zones of a document that are remembered, and names with local-data; what comes after has no effect on later lines. */
const MAX_ZONES = 100_000
/** Lines of local-data that are remembered for a zone behind them. */
const MAX_DATA = 10_000

/**
 * What lines before say of the next ones, in zone files and Unbound's configuration: made anew for each document, kept up to date
 * by the parser.
 */
export class LineContext {
  /** A list whose lines may answer with records. */
  readonly mayAnswer: boolean
  /** The owner of the SOA record, or before it the first `$ORIGIN`: the policy zone's own name, which is no part of a trigger. */
  apex: string | null = null
  /** What relative names are below, from the last `$ORIGIN`; null: the zone itself. */
  origin: string | null = null
  /** Owner of the last record. */
  owner: string | null = null
  /** The record whose bracket is open: the next line goes on with it. */
  record: OpenRecord | null = null
  /** Types of Unbound's zones, by canonical name. */
  readonly #zoneTypes = new Map<string, string>()
  /** Names above local-data, in a zone without other names. */
  readonly #emptyNames = new Set<string>()
  /** What local-data has said, by name; and the names below each name that lead to one. */
  readonly #data = new Map<string, RuleInput[]>()
  readonly #below = new Map<string, Set<string>>()
  #dataCount = 0

  constructor(mayAnswer = false) {
    this.mayAnswer = mayAnswer
  }

  /** Relative names are triggers as they stand. */
  get isAtApex(): boolean {
    return this.origin === null || this.origin === this.apex
  }

  addZone(name: string, type: string): void {
    if (this.#zoneTypes.size < MAX_ZONES) this.#zoneTypes.set(name, type)
  }

  /** Type of the nearest zone at or above a canonical name, if one was added. */
  zoneOf(name: string): { readonly name: string; readonly type: string } | undefined {
    if (this.#zoneTypes.size === 0) return undefined
    for (let at = name; at !== ''; at = at.slice(at.indexOf('.') + 1)) {
      const type = this.#zoneTypes.get(at)
      if (type !== undefined) return { name: at, type }
      if (!at.includes('.')) break
    }
    const type = this.#zoneTypes.get('.')
    return type === undefined ? undefined : { name: '.', type }
  }

  /** @returns false when it was added before, or one too many */
  addEmptyName(name: string): boolean {
    if (this.#emptyNames.has(name) || this.#emptyNames.size >= MAX_ZONES) return false
    this.#emptyNames.add(name)
    return true
  }

  addData(name: string, rule: RuleInput): void {
    if (this.#dataCount++ >= MAX_DATA) return
    const known = this.#data.get(name)
    if (known) return void known.push(rule)
    this.#data.set(name, [rule])
    for (let at = name, isNew = true; isNew && at.includes('.'); ) {
      const above = at.slice(at.indexOf('.') + 1)
      const names = this.#below.get(above)
      isNew = names === undefined
      if (names) names.add(at)
      else this.#below.set(above, new Set([at]))
      at = above
    }
  }

  /** What local-data before has said of the name. */
  dataOf(name: string): readonly RuleInput[] {
    return this.#data.get(name) ?? []
  }

  /** The name and those below it under which local-data before has a name. */
  *namesAboveData(name: string): Generator<string> {
    const names = this.#below.get(name)
    if (names === undefined) return
    yield name
    for (const below of names) yield* this.namesAboveData(below)
  }
}

/** May a line answer with records? In own rules always. */
export const answers = (dialect: Dialect, { mayAnswer }: LineContext): boolean => dialect === 'own' || mayAnswer

/** What a list is told that is not trusted to. */
export const MAY_NOT_ANSWER = 'a list may not answer with records, unless that is allowed in its settings'

export type LineOutcome =
  /** At least one; several names on one line give several rules. All pass `checkRule`. */
  | { readonly kind: 'rules'; readonly rules: readonly RuleInput[] }
  /** Nothing, or a comment. */
  | { readonly kind: 'blank' }
  /** Understood, but nothing for a resolver: cosmetic and URL rules, boilerplate of hosts and zone files. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Not understood, or not possible here; the line has no effect. */
  | { readonly kind: 'rejected'; readonly reason: string }

export const blank: LineOutcome = { kind: 'blank' }
export const notForDns: LineOutcome = { kind: 'ignored', reason: 'not for DNS' }
export const boilerplate: LineOutcome = { kind: 'ignored', reason: 'boilerplate of the format' }
export const rejected = (reason: string): LineOutcome => ({ kind: 'rejected', reason })
export const rules = (...list: readonly RuleInput[]): LineOutcome => ({ kind: 'rules', rules: list })

/** What stands before the first `sign`, trimmed; the whole text without one. */
export function beforeSign(text: string, sign: '#' | ';'): string {
  const at = text.indexOf(sign)
  return at < 0 ? text : text.slice(0, at).trimEnd()
}

/** What stands before ` #`, for lines in which `#` alone means something else. */
export function withoutComment(text: string): string {
  const at = text.search(/\s#/)
  return at < 0 ? text : text.slice(0, at).trimEnd()
}
