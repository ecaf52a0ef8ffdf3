/** Dashed: nothing of it is done. Told by shape, word and hue together. */
import { IconEye } from '@tabler/icons-react'
import type { PolicyEffect } from '@weir/shared/log/outcomes'
import { FAMILY_OF_EFFECT, WOULD_BE } from '../lib/shadow-words.ts'
import { FamilyBadge } from './outcome-mark.tsx'
import styles from './shadow-mark.module.css'

/** On a rule or a list. */
export const ShadowChip = () => (
  <span className={styles.chip}>
    <IconEye size={12} aria-hidden />
    only records
  </span>
)

/** On a query where there is no room for the words: the hue and the shape say what. */
export const ShadowDot = ({ effect }: { readonly effect: PolicyEffect }) => (
  <span className={styles.chip} title={WOULD_BE[effect]}>
    <FamilyBadge family={FAMILY_OF_EFFECT[effect]}>on trial</FamilyBadge>
    <span className="visually-hidden">: {WOULD_BE[effect]}</span>
  </span>
)

/** On a query. */
export const ShadowMark = ({ effect }: { readonly effect: PolicyEffect }) => (
  <span className={styles.chip}>
    <FamilyBadge family={FAMILY_OF_EFFECT[effect]}>{WOULD_BE[effect]}</FamilyBadge>
  </span>
)
