/** A domain name: whole, or cut in the middle where the place is too narrow; the end always stays. */
import { splitForTruncation } from '../lib/middle-truncate.ts'
import styles from './name-text.module.css'

export function NameText({ name, isStrong = false }: { readonly name: string; readonly isStrong?: boolean }) {
  const { head, tail } = splitForTruncation(name)
  return (
    <span className={`${styles.name} ${isStrong ? styles.strong : ''}`} title={name}>
      <span className={styles.head}>{head}</span>
      <span className={styles.tail}>{tail}</span>
    </span>
  )
}
