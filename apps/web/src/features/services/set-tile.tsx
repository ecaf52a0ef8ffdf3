/** One service or search engine: a switch, and a door to its groups, names and answer. */
import { Link } from '@tanstack/react-router'
import { type HitCount, RECENT_HIT_DAYS } from '@weir/shared/contract/hits'
import { formatShortCount } from '../../lib/format.ts'
import { ShadowChip } from '../../ui/shadow-mark.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './services.module.css'
import type { ServicesSearch } from './services-search.ts'

interface SetTileProps {
  readonly id: string
  readonly name: string
  readonly text: string
  readonly isOn: boolean
  /** Only records; shown while it is on. */
  readonly isShadow: boolean
  /** For whom, in words; shown while it is on. */
  readonly whom: string
  /** What it decided, or would have; null: not known. */
  readonly hits: HitCount | null
  readonly isBusy: boolean
  readonly search: ServicesSearch
  readonly onSwitch: (isOn: boolean) => void
}

export function SetTile({ id, name, text, isOn, isShadow, whom, hits, isBusy, search, onSwitch }: SetTileProps) {
  const hasHits = hits !== null && hits.lastHitAt !== null
  return (
    <li className={styles.tile} data-on={isOn || undefined} data-tall={isOn || hasHits || undefined}>
      <Switch label={name} help={text} checked={isOn} disabled={isBusy} onChange={onSwitch} />
      <span className={styles.side}>
        <Link to="/services" search={{ ...search, open: id }} className={styles.whom}>
          {isOn && isShadow && <ShadowChip />}
          {isOn ? `for ${whom}` : 'details'}
          <span className="visually-hidden">: {name}</span>
        </Link>
        <SetHits hits={hits} isShadow={isOn && isShadow} />
      </span>
    </li>
  )
}

/** `1,204 in 30 d, last 5 min ago`; of one that only records in brackets, as lists have it. */
export function SetHits({ hits, isShadow }: { readonly hits: HitCount | null; readonly isShadow: boolean }) {
  if (hits === null || hits.lastHitAt === null) return null
  const count = formatShortCount(hits.recent)
  return (
    <span className={styles.hits}>
      {isShadow ? <span title="would have decided">({count})</span> : count} in {RECENT_HIT_DAYS} d, last{' '}
      <TimeAgo at={hits.lastHitAt} />
    </span>
  )
}
