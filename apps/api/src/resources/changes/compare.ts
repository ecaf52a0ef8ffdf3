/** Two revisions beside each other: every thing that is not the same, from the change rows between them. */
import { diffInWords } from '@weir/shared/contract/describe-change'
import type { Comparison } from '@weir/shared/contract/history'
import { ProblemError } from '../../problem-error.ts'
import type { StoredChange } from '../../undo.ts'
import { type ChangeRepository, thingOf } from './repository.ts'

const MAX_LISTED = 1000

type Thing = Comparison['things'][number]

/** The first and the last change of one thing. */
interface Span {
  readonly first: StoredChange
  last: StoredChange
}

/** @param now the newest revision. @throws ProblemError `conflict` for what the history does not reach */
export class Comparer {
  readonly #changes: ChangeRepository

  constructor(changes: ChangeRepository) {
    this.#changes = changes
  }

  compare(from: number, to: number): Comparison {
    const { things, changes } = this.#things(from, to)
    return { from, to, changes, things: things.slice(0, MAX_LISTED), total: things.length }
  }

  /** For reading and for other tools: `+` new, `-` gone, `~` changed, then a field a line. */
  *text(from: number, to: number): Generator<string> {
    const { things, changes } = this.#things(from, to)
    yield `Weir: revision ${from} compared with ${to}: ${changes} changes, ${things.length} things differ\n`
    for (const { entity, title, operation, words } of things) {
      const mark = operation === 'create' || operation === 'import' ? '+' : operation === 'delete' ? '-' : '~'
      yield `\n${mark} ${entity}: ${title}\n${words.map((line) => `    ${line}\n`).join('')}`
    }
  }

  #things(from: number, to: number): { things: Thing[]; changes: number } {
    const horizon = this.#changes.horizon()
    if (from < horizon)
      throw new ProblemError('conflict', {
        detail: `the history is kept from revision ${horizon} on: ${from} is before`,
      })
    const spans = new Map<string, Span>()
    let changes = 0
    for (const change of this.#changes.between(from, to)) {
      changes++
      const span = spans.get(thingOf(change))
      if (span) span.last = change
      else spans.set(thingOf(change), { first: change, last: change })
    }
    return { things: [...spans.values()].flatMap((span) => this.#thingOf(span) ?? []), changes }
  }

  /** Undefined: it is as it was. */
  #thingOf({ first, last }: Span): Thing | undefined {
    const [before, after] = [first.before, last.operation === 'delete' ? null : last.after]
    const { entity, entityId } = last
    const title = last.summary.replace(/^undo of change \d+: /, '').replace(/^bring back /, '')
    const isRange = first.operation === 'import' || last.operation === 'import'
    if (isRange) {
      if (last.operation === 'delete') return undefined
      return { entity, entityId, title, operation: 'import', words: [], before: null, after: null }
    }
    if (before === null && after === null && last.operation === 'delete') return undefined
    const words = diffInWords(before, after, this.#changes.names.at(last.id))
    if (before !== null && after !== null && words.length === 0) return undefined
    const operation = before === null && first.operation === 'create' ? 'create' : after === null ? 'delete' : 'update'
    return { entity, entityId, title, operation, words, before, after }
  }
}
