/** What happens to things, one a line, with what differs in words: of an undo, a comparison or a policy's plan. */
import { changeSummary } from '../../lib/api/changes.ts'
import { plural } from '../../lib/format.ts'
import styles from './history.module.css'

export interface Step {
  readonly entity: string
  readonly entityId: string
  readonly operation: 'create' | 'update' | 'delete' | 'import'
  readonly title: string
  readonly words: readonly string[]
}

const MARKS = { create: '+', import: '+', update: '~', delete: '−' } as const
const WORDS = { create: 'added', import: 'imported', update: 'changed', delete: 'deleted' } as const

/** @param total may be more than is listed */
export function StepList({ steps, total }: { readonly steps: readonly Step[]; readonly total: number }) {
  if (steps.length === 0) return null
  return (
    <>
      <ol className={styles.steps}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is never changed, and a thing may come twice
          <li key={`${step.entity} ${step.entityId} ${index}`} data-operation={step.operation}>
            <span className={styles.mark} aria-hidden>
              {MARKS[step.operation]}
            </span>
            <div>
              <span className={styles.what}>
                {step.entity.replace('-', ' ')} {WORDS[step.operation]}
              </span>{' '}
              <bdi>{changeSummary({ entity: step.entity, summary: step.title })}</bdi>
              {step.words.length > 0 && <p className={styles.words}>{step.words.join(' · ')}</p>}
            </div>
          </li>
        ))}
      </ol>
      {total > steps.length && <p className={styles.meta}>and {plural(total - steps.length, 'more', 'more')}</p>}
    </>
  )
}
