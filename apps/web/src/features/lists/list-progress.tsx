/** How far a list is with what is being done to it. */
import type { List } from '@weir/shared/contract/lists'
import styles from './lists.module.css'

export const ListProgressBar = ({ list }: { readonly list: List }) =>
  list.progress && (
    <progress
      className={styles.progress}
      value={list.progress.share ?? undefined}
      max={1}
      aria-label={`Progress of ${list.name}`}
    />
  )
