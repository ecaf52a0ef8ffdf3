/**
 * Puts a policy in place in one transaction, or only tries to: a plan is what the transaction would have recorded, so it
 * finds every conflict that applying would find, and shows things as they would really be.
 */
import { diffInWords, type NamesOfIds } from '@weir/shared/contract/describe-change'
import { MAX_POLICY_CHANGES, type PolicyPlan, type PolicyRequest, type PolicyStep } from '@weir/shared/contract/policy'
import { type Actor, mayAct } from '../../actor.ts'
import type { Change, ConfigTransaction } from '../../config-store.ts'
import type { AppDeps } from '../../deps.ts'
import { NamesOfThen } from '../../names-of-then.ts'
import type { PolicySections } from '../../policy.ts'
import { type FieldFault, ProblemError } from '../../problem-error.ts'
import { compareSection, MAX_FAULTS, noteFault, type SectionDifference, type WantedItem } from './compare-policy.ts'
import { parseApart } from './parse-apart.ts'
import type { FileSection } from './parse-policy.ts'

const MAX_STEPS = 1000
/** Somebody else may change something while the file is compared: then it is compared again. */
const MAX_TRIES = 3

/** Ends a transaction that was only tried. */
class Tried extends Error {}

export interface PolicyOutcome {
  readonly plan: PolicyPlan
  readonly revision: number
}

export class PolicyApplier {
  readonly #deps: AppDeps
  readonly #sections: PolicySections

  constructor(deps: AppDeps, sections: PolicySections) {
    this.#deps = deps
    this.#sections = sections
  }

  /**
   * @param isTrial changes nothing
   * @throws ProblemError `invalid-field` with every fault and its line, `stale-edit`, `forbidden`, `conflict`
   */
  async apply(actor: Actor, request: PolicyRequest, isTrial: boolean): Promise<PolicyOutcome> {
    const files = await this.#parse(request.text)
    for (let tries = 1; ; tries++) {
      const { revision } = this.#deps.config
      if (request.expectRevision !== undefined && request.expectRevision !== revision)
        throw staleProblem(revision, request.expectRevision)
      const differences = await this.#compare(actor, files)
      if (this.#deps.config.revision === revision) return this.#run(actor, differences, isTrial)
      if (tries === MAX_TRIES)
        throw new ProblemError('database-busy', { detail: 'others keep changing the policy: try again' })
    }
  }

  async #parse(text: string): Promise<readonly FileSection[]> {
    const parsed = await parseApart(text)
    if (!parsed.ok)
      throw faulty(parsed.faults.map(({ line, message }) => ({ field: 'text', message: `line ${line}: ${message}` })))
    const known = this.#sections.all.map(({ name }) => name)
    const faults = parsed.sections.flatMap(({ name, line, form, items }): FieldFault[] => {
      const section = this.#sections.all.find((one) => one.name === name)
      if (!section) return [{ field: name, message: `line ${line}: is not known; there are ${known.join(', ')}` }]
      if (items.length > 0 && form !== (section.form ?? 'list'))
        return [{ field: name, message: `line ${line}: must be a ${section.form ?? 'list'}` }]
      return []
    })
    if (faults.length > 0) throw faulty(faults)
    return parsed.sections
  }

  /** In the order in which things depend on each other. */
  async #compare(actor: Actor, files: readonly FileSection[]): Promise<SectionDifference[]> {
    const faults: FieldFault[] = []
    const differences: SectionDifference[] = []
    for (const section of this.#sections.all) {
      const file = files.find(({ name }) => name === section.name)
      if (!file) continue
      const difference = await compareSection(section, file, faults)
      differences.push(difference)
      const { role } = section
      if (changesOf(difference) > 0 && role !== 'public' && !mayAct(actor.role, role))
        throw new ProblemError('forbidden', {
          detail: `${section.name} needs the role ${role}; yours is ${actor.role}`,
        })
    }
    if (faults.length > 0) throw faulty(faults)
    const total = differences.reduce((sum, difference) => sum + changesOf(difference), 0)
    if (total > MAX_POLICY_CHANGES)
      throw new ProblemError('conflict', {
        detail: `these are ${total} changes, more than the ${MAX_POLICY_CHANGES} of one file: import the rules first (weir rules import)`,
      })
    return differences
  }

  #run(actor: Actor, differences: readonly SectionDifference[], isTrial: boolean): PolicyOutcome {
    const recorded: Change[] = []
    let steps: readonly PolicyStep[] = []
    let revision = this.#deps.config.revision
    try {
      revision = this.#deps.config.transaction(actor, (transaction) => {
        this.#change(noting(transaction, recorded), actor, differences)
        // Within: what a file that is only tried would make has a name nowhere else.
        steps = stepsOf(recorded, new NamesOfThen(this.#deps.database).at())
        if (isTrial) throw new Tried()
      }).revision
    } catch (error) {
      if (!(error instanceof Tried)) throw error
    } finally {
      for (const { section } of differences) section.settled?.()
    }
    return { plan: planOf(differences, steps, isTrial ? this.#deps.config.revision : revision), revision }
  }

  #change(transaction: ConfigTransaction, actor: Actor, differences: readonly SectionDifference[]): void {
    const faults: FieldFault[] = []
    const attempt = (item: Pick<WantedItem, 'at' | 'path' | 'lineOfText'>, act: () => void): void => {
      if (faults.length >= MAX_FAULTS) return
      try {
        // A savepoint: what fails leaves the rest as it would be, so that all faults are found.
        this.#deps.database.transaction(act)()
      } catch (error) {
        noteFault(faults, item.path, item.at, item.lineOfText, error)
      }
    }
    for (const { section, update } of differences) section.prepare?.(transaction, update)
    for (const { section, create, update } of differences) {
      for (const item of update) attempt(item, () => section.update(transaction, actor, item))
      for (const item of create) attempt(item, () => section.create(transaction, actor, item))
    }
    for (const { section, remove } of [...differences].reverse())
      for (const item of remove)
        attempt({ at: NOWHERE, path: `${section.name}: ${titleOf(item.value)}`, lineOfText: 1 }, () =>
          section.remove?.(transaction, actor, item),
        )
    if (faults.length > 0) throw faulty(faults)
    for (const { section, items, create, update, remove } of differences)
      if (section.name === 'lists' || create.length + update.length + remove.length > 0)
        section.finish?.(transaction, items)
  }
}

/** What is deleted stands nowhere in the file. */
const NOWHERE = { key: '', value: null, line: 1, textLine: 1, fieldLines: {} }

const titleOf = (value: WantedItem['value']): string =>
  typeof value === 'string' ? value : String(value.name ?? value.rule ?? Object.values(value)[0])

const changesOf = ({ create, update, remove }: SectionDifference): number =>
  create.length + update.length + remove.length

/** Leaves out what turned out to be the same: an address written in another way is no change. */
const noting = (transaction: ConfigTransaction, recorded: Change[]): ConfigTransaction => ({
  ...transaction,
  record: (change) => {
    if (change.operation === 'update' && diffInWords(change.before, change.after).length === 0) return
    recorded.push(change)
    transaction.record(change)
  },
})

function planOf(differences: readonly SectionDifference[], steps: readonly PolicyStep[], revision: number): PolicyPlan {
  const count = (operation: Change['operation']) => steps.filter((step) => step.operation === operation).length
  return {
    revision,
    sections: differences.map(({ section }) => section.name),
    create: count('create'),
    update: count('update'),
    delete: count('delete'),
    steps: steps.slice(0, MAX_STEPS),
  }
}

const stepsOf = (recorded: readonly Change[], names: NamesOfIds): PolicyStep[] =>
  mergedByThing(recorded).map(({ entity, entityId, operation, summary, before, after }, at) => ({
    entity,
    entityId: String(entityId),
    operation,
    title: summary,
    // Beyond these none is told.
    words: at < MAX_STEPS ? diffInWords(before, after, names) : [],
  }))

/** A thing that was touched twice is told of once. */
function mergedByThing(recorded: readonly Change[]): (Change & Pick<PolicyStep, 'operation'>)[] {
  const things = new Map<string, Change>()
  for (const change of recorded) {
    const key = `${change.entity} ${change.entityId}`
    const first = things.get(key)
    things.set(key, first ? { ...change, operation: first.operation, before: first.before } : change)
  }
  return [...things.values()].filter(
    ({ operation, before, after }) => operation !== 'update' || diffInWords(before, after).length > 0,
  )
}

const faulty = (errors: readonly FieldFault[]): ProblemError =>
  new ProblemError('invalid-field', {
    detail: errors
      .slice(0, 3)
      .map(({ field, message }) => (field === 'text' ? message : `${field}, ${message}`))
      .join('; '),
    errors,
  })

const staleProblem = (revision: number, expected: number): ProblemError =>
  new ProblemError('stale-edit', {
    detail: `the configuration has revision ${revision} by now, not ${expected}: look at the plan again`,
  })
