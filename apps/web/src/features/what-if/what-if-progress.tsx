/** Where the result will stand: how far a simulation is that takes longer than a moment. */
import { formatPercent } from '../../lib/format.ts'
import { Skeleton } from '../../ui/states.tsx'
import styles from './what-if.module.css'

/** @param share null: not known yet */
export function WhatIfProgress({ share }: { readonly share: number | null }) {
  if (share === null) return <Skeleton rows={8} height={24} />
  return (
    <div className={styles.progress}>
      <progress aria-label="Progress of the trial" max={1} value={share} />
      <p role="status">Trying it on the queries of late, {formatPercent(share)} done</p>
    </div>
  )
}
