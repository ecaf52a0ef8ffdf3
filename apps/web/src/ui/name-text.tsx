/**
 * A domain name: whole, or cut in the middle where the place is too narrow; the end always stays.
 * The two halves are for the eye: read out, they would be two words, so the name stands there once more in one piece.
 */
import { splitForTruncation } from '../lib/middle-truncate.ts'
import styles from './name-text.module.css'

export function NameText({ name, isStrong = false }: { readonly name: string; readonly isStrong?: boolean }) {
  const { head, tail } = splitForTruncation(name)
  return (
    <span className={`${styles.name} ${isStrong ? styles.strong : ''}`} title={name}>
      <span className={styles.head} aria-hidden>
        {head}
      </span>
      <span className={styles.tail} aria-hidden>
        {tail}
      </span>
      <span className={`visually-hidden ${styles.whole}`}>{name}</span>
    </span>
  )
}
