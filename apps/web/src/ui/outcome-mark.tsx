/** What became of a query, told by shape, word and hue together. */
import type { Outcome } from '@weir/shared/log/outcomes'
import { familyOf, OUTCOME_LABELS, type OutcomeFamily } from '../lib/outcome-family.ts'
import styles from './outcome-mark.module.css'

/** Circle: here already. Arrow: sent on. Barred square: stopped. Diamond: changed. Cross: went wrong. */
const SHAPES: Record<OutcomeFamily, string> = {
  cached: 'M5 1a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
  forwarded: 'M1 1.5 9 5 1 8.5V1.5Z',
  blocked: 'M1.2 1.2h7.6v7.6H1.2V1.2ZM2.8 4.2v1.6h4.4V4.2H2.8Z',
  rewritten: 'M5 .6 9.4 5 5 9.4.6 5 5 .6Z',
  failed: 'M2.3.9 5 3.6 7.7.9l1.4 1.4L6.4 5l2.7 2.7-1.4 1.4L5 6.4 2.3 9.1.9 7.7 3.6 5 .9 2.3 2.3.9Z',
}

export function OutcomeShape({ family }: { readonly family: OutcomeFamily }) {
  return (
    <svg className={`${styles.shape} ${styles[family]}`} viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      <path d={SHAPES[family]} fillRule="evenodd" fill="currentColor" />
    </svg>
  )
}

export function OutcomeBadge({ outcome }: { readonly outcome: Outcome }) {
  const family = familyOf(outcome)
  return (
    <span className={styles.badge}>
      <OutcomeShape family={family} />
      <span className={styles[family]}>{OUTCOME_LABELS[outcome]}</span>
    </span>
  )
}

/** A shape with any words: for actions of rules and legends. */
export function FamilyBadge({ family, children }: { readonly family: OutcomeFamily; readonly children: string }) {
  return (
    <span className={styles.badge}>
      <OutcomeShape family={family} />
      <span className={styles[family]}>{children}</span>
    </span>
  )
}
