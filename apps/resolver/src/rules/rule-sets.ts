/**
 * Rule sets of ours: services that are blocked, search engines that are held to safe results (packages/shared/src/services).
 *
 * A service stands beside the lists, behind the last of them: its names block like those of a list, and a list that allows
 * a name allows it here too. Safe search is asked after all of them: its names are aliases of the makers' safe hosts.
 * Made anew when a set is switched: they hold some hundred names at most, and only those that are on.
 */
import { listIdOfRuleSet } from '@weir/shared/services/rule-set-number'
import { SAFE_SEARCH_ENGINES, SAFE_SEARCH_TYPES } from '@weir/shared/services/safe-search'
import type { Service } from '@weir/shared/services/service'
import { SERVICES } from '@weir/shared/services/service-catalogue'
import { type CompiledRule, compileRule, holds } from './compiled-rule.ts'
import type { MatchScratch } from './match-scratch.ts'
import { NameBuckets } from './name-buckets.ts'
import type { NameHasher } from './name-hash.ts'
import type { ListRow, RuleRow, RuleSetRow } from './policy-data.ts'
import { RuleOverlay } from './rule-overlay.ts'

/** TTL of the alias that safe search makes: short, so that switching it off is felt soon. */
const SAFE_SEARCH_TTL_SECONDS = 300

export class RuleSets {
  /** Names of the services that are on. */
  readonly services: RuleOverlay
  /** The services that are on, as the list table takes them. */
  readonly serviceRows: readonly ListRow[]
  readonly #safeSearch: NameBuckets
  readonly #engines = new Map<number, { readonly title: string; readonly row: RuleSetRow }>()

  constructor(rows: readonly RuleSetRow[], hasher: NameHasher) {
    this.services = new RuleOverlay(hasher)
    this.#safeSearch = new NameBuckets(hasher)
    const isOn = (kind: RuleSetRow['kind'], id: string) =>
      rows.find((row) => row.kind === kind && row.id === id && row.enabled)
    this.serviceRows = SERVICES.flatMap((service) => {
      const row = isOn('service', service.id)
      return row ? [this.#addService(service, row)] : []
    })
    for (const { id, number, name, hosts, target } of SAFE_SEARCH_ENGINES) {
      const row = isOn('safe-search', id)
      if (!row) continue
      const listId = listIdOfRuleSet(number)
      this.#engines.set(listId, { title: name, row })
      for (const host of hosts) {
        const rule = compiled({ action: 'alias', match: 'exact', pattern: host, target }, listId)
        this.#safeSearch.add(rule.name!, rule)
      }
    }
  }

  #addService({ number, name, domains, answer }: Service, row: RuleSetRow): ListRow {
    const id = listIdOfRuleSet(number)
    for (const entry of domains) {
      const isExact = entry.startsWith('=')
      const pattern = isExact ? entry.slice(1) : entry
      this.services.put(compiled({ action: 'block', match: isExact ? 'exact' : 'suffix', pattern }, id))
    }
    return {
      id,
      name,
      kind: 'block',
      enabled: true,
      groups: row.groups,
      schedule: row.schedule ?? null,
      perGroup: row.perGroup ?? [],
      answer: row.answer ?? answer ?? null,
      shadow: row.shadow === true,
      position: Number.MAX_SAFE_INTEGER,
      activeVersionId: null,
      names: domains.length,
    }
  }

  /** The engine's title, for traces. */
  titleOf(listId: number): string {
    return this.#engines.get(listId)?.title ?? 'safe search'
  }

  /** Does safe search of the engine only record? */
  isShadow(listId: number): boolean {
    return this.#engines.get(listId)?.row.shadow === true
  }

  /** The alias that safe search makes of the name in `scratch`, or null. Of two modes of one engine the stricter one. */
  findSafeHost(scratch: MatchScratch, holdsNow: (row: RuleSetRow) => boolean): CompiledRule | null {
    const { name, hashes } = scratch
    if (this.#safeSearch.size === 0) return null
    const rules = this.#safeSearch.find(name, hashes, name.labelCount)
    if (rules === null) return null
    for (const rule of rules) {
      const { row } = this.#engines.get(rule.listId)!
      if (!holds(rule, scratch) || !holdsNow(row)) continue
      if (row.shadow !== true || scratch.meetsShadow(0, rule.listId)) return rule
    }
    return null
  }
}

/** @throws Error for a name that is none: the catalogue's test keeps those out */
function compiled(part: Pick<RuleRow, 'action' | 'match' | 'pattern' | 'target'>, listId: number): CompiledRule {
  const isAlias = part.action === 'alias'
  const rule = compileRule(
    {
      ...part,
      id: 0,
      enabled: true,
      important: false,
      queryTypes: isAlias ? SAFE_SEARCH_TYPES : [],
      ttlSeconds: isAlias ? SAFE_SEARCH_TTL_SECONDS : null,
      expiresAt: null,
    },
    listId,
  )
  if (!rule.ok) throw new Error(`rule set ${listId}: ${rule.error}`)
  return rule.value
}
