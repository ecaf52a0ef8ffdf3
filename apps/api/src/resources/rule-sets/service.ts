/** Switching services and safe search: what they hold is Weir's own data, only whom they hold for is configuration. */
import type { SafeSearchEngine, Service, ServicePatch } from '@weir/shared/contract/rule-sets'
import { listIdOfRuleSet } from '@weir/shared/services/rule-set-number'
import { findSafeSearchEngine, SAFE_SEARCH_ENGINES } from '@weir/shared/services/safe-search'
import { findService, SERVICES } from '@weir/shared/services/service-catalogue'
import { refuseUnknownTerms } from '../../assignments.ts'
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { hitsOf, readHits } from '../../hit-counts.ts'
import { ProblemError } from '../../problem-error.ts'
import { acceptedAnswer } from '../../source-answer.ts'
import { OFF, type RuleSetKind, RuleSetRepository, type RuleSetState, type StoredRuleSet } from './repository.ts'

export class RuleSetService {
  readonly repository: RuleSetRepository
  readonly #deps: AppDeps

  constructor(deps: AppDeps) {
    this.#deps = deps
    this.repository = new RuleSetRepository(deps.database)
  }

  services(): Service[] {
    const states = this.repository.all('service')
    const hits = this.#hitsOf(SERVICES)
    return SERVICES.map((service) => serviceView(service, states.get(service.id) ?? OFF, hits(service.number)))
  }

  engines(): SafeSearchEngine[] {
    const states = this.repository.all('safe-search')
    const hits = this.#hitsOf(SAFE_SEARCH_ENGINES)
    return SAFE_SEARCH_ENGINES.map((engine) => engineView(engine, states.get(engine.id) ?? OFF, hits(engine.number)))
  }

  /** In the log their numbers stand where lists have their ids. */
  #hitsOf(sets: readonly { readonly number: number }[]): (number: number) => SetHits {
    const { log, clock } = this.#deps
    const ids = sets.map(({ number }) => listIdOfRuleSet(number))
    const [hits, shadowHits] = (['list', 'shadow-list'] as const).map((kind) => readHits(log, kind, ids, clock.now()))
    return (number) => {
      const id = listIdOfRuleSet(number)
      return { hits: hitsOf(hits, id), shadowHits: hitsOf(shadowHits, id) }
    }
  }

  /** @throws ProblemError `not-found` */
  service(id: string): { service: Service; revision: number } {
    const found = findService(id)
    if (!found) throw unknownSet('service', id)
    const state = this.repository.find('service', id)
    return { service: serviceView(found, state, this.#hitsOf([found])(found.number)), revision: state.revision }
  }

  /** @throws ProblemError `not-found` */
  engine(id: string): { engine: SafeSearchEngine; revision: number } {
    const found = findSafeSearchEngine(id)
    if (!found) throw unknownSet('safe-search', id)
    const state = this.repository.find('safe-search', id)
    return { engine: engineView(found, state, this.#hitsOf([found])(found.number)), revision: state.revision }
  }

  /**
   * One transaction for all of them.
   * @param checkVersion is told the revision of each
   * @returns the revision now in force, and how many really changed
   * @throws ProblemError `not-found`, `invalid-field`
   */
  patch(
    author: ChangeAuthor,
    kind: RuleSetKind,
    ids: readonly string[],
    patch: ServicePatch,
    checkVersion: (revision: number) => void,
  ): { revision: number; changed: number } {
    const { value, revision } = this.#deps.config.transaction(author, (transaction) => {
      const answer = patch.answer === undefined ? undefined : acceptedAnswer(patch.answer)
      let changed = 0
      for (const id of new Set(ids)) {
        const before = this.repository.find(kind, id)
        checkVersion(before.revision)
        const after: RuleSetState = {
          enabled: patch.enabled ?? before.enabled,
          groups: patch.groups ? [...new Set(patch.groups)].sort((a, b) => a - b) : before.groups,
          schedule: patch.schedule === undefined ? before.schedule : patch.schedule,
          perGroup: patch.perGroup ?? before.perGroup,
          answer: answer === undefined ? before.answer : answer,
          shadow: patch.shadow ?? before.shadow,
        }
        refuseUnknownTerms(this.repository.assignments, { ...after, groups: patch.groups ?? after.groups })
        if (this.switch(transaction, kind, id, after)) changed++
      }
      return changed
    })
    return { revision, changed: value }
  }

  /** @returns whether anything changed. @throws ProblemError `not-found` */
  switch(transaction: ConfigTransaction, kind: RuleSetKind, id: string, state: RuleSetState): boolean {
    const title = (kind === 'service' ? findService(id) : findSafeSearchEngine(id))?.name
    if (title === undefined) throw unknownSet(kind, id)
    const before = bare(this.repository.find(kind, id))
    const after = bare(state)
    if (JSON.stringify(before) === JSON.stringify(after)) return false
    this.repository.write(kind, id, after, transaction.revision)
    const what = kind === 'service' ? `service ${title}` : `safe search of ${title}`
    const summary = before.enabled === after.enabled ? what : `${what}: ${after.enabled ? 'on' : 'off'}`
    transaction.record({ entity: kind, entityId: id, operation: 'update', summary, before, after })
    return true
  }
}

/** What an older Weir has recorded has neither schedule nor terms of single groups, and was never on trial. */
const bare = ({ enabled, groups, schedule, perGroup, answer, shadow }: RuleSetState): RuleSetState => ({
  enabled,
  groups,
  schedule: schedule ?? null,
  perGroup: perGroup ?? [],
  answer,
  shadow: shadow ?? false,
})

const unknownSet = (kind: RuleSetKind, id: string): ProblemError =>
  new ProblemError('not-found', {
    detail: kind === 'service' ? `there is no service '${id}'` : `there is no safe search '${id}'`,
  })

type SetHits = Pick<Service, 'hits' | 'shadowHits'>

function serviceView(service: (typeof SERVICES)[number], state: StoredRuleSet, hits: SetHits): Service {
  const { id, name, category, domains } = service
  return {
    id,
    name,
    category,
    domains: [...domains],
    version: state.revision,
    enabled: state.enabled,
    ...termsOf(state),
    shadow: state.shadow,
    answer: state.answer ?? service.answer ?? null,
    ...hits,
  }
}

function engineView(
  engine: (typeof SAFE_SEARCH_ENGINES)[number],
  state: StoredRuleSet,
  hits: SetHits,
): SafeSearchEngine {
  const { id, name, effect, hosts, target } = engine
  return {
    id,
    name,
    effect,
    hosts: [...hosts],
    target,
    version: state.revision,
    enabled: state.enabled,
    ...termsOf(state),
    shadow: state.shadow,
    ...hits,
  }
}

const termsOf = ({ groups, schedule, perGroup }: StoredRuleSet) => ({
  groups: [...groups],
  schedule,
  perGroup: [...perGroup],
})
