/** Overrides that hold for a group or a client, where these are shown: what, until when, by whom, and the way to end them. */
import { useQuery } from '@tanstack/react-query'
import type { Override } from '@weir/shared/contract/overrides'
import { overridesQuery } from '../lib/api/overrides.ts'
import { formatDayOrClock } from '../lib/format.ts'
import { formatCountdown, lengthText, titleOf, whomOf } from '../lib/override-words.ts'
import { useNow } from '../lib/use-now.ts'
import { EndOverrideButton } from './end-override-button.tsx'
import styles from './running-overrides.module.css'
import { ErrorState, Skeleton } from './states.tsx'

interface RunningOverridesProps {
  readonly holds: (override: Override) => boolean
  /** Below the row of a list, which has an edge of its own. */
  readonly isBelowRow?: boolean
}

/** Says nothing while it has no data: {@link OverridesState} does so, once for a list of them. */
export function RunningOverrides({ holds, isBelowRow = false }: RunningOverridesProps) {
  const items = useQuery(overridesQuery).data?.items.filter(holds) ?? []
  // Without any, nothing has to tick.
  return items.length === 0 ? null : <Running items={items} isBelowRow={isBelowRow} />
}

/** Where overrides are shown: that they are on their way, or why they are missing. Nothing once they are there. */
export function OverridesState() {
  const { data, error, refetch } = useQuery(overridesQuery)
  if (data !== undefined) return null
  if (error) {
    const what = 'The overrides that hold now could not be loaded'
    return <ErrorState what={what} error={error} onRetry={() => void refetch()} />
  }
  return (
    <div className={styles.loading}>
      <Skeleton rows={1} height={3} />
    </div>
  )
}

function Running({ items, isBelowRow }: { readonly items: readonly Override[]; readonly isBelowRow: boolean }) {
  const now = useNow(1000)
  const active = items.filter(({ endsAt }) => endsAt > now)
  if (active.length === 0) return null
  return (
    <ul className={styles.list} data-below-row={isBelowRow || undefined} aria-label="Overrides that hold now">
      {active.map((override) => (
        <Item key={override.id} override={override} now={now} />
      ))}
    </ul>
  )
}

interface ItemProps {
  readonly override: Override
  readonly now: number
}

function Item({ override, now }: ItemProps) {
  const { endsAt, createdBy } = override
  return (
    <li className={styles.item}>
      <span className={styles.what}>
        <b>{titleOf(override)}</b> for {whomOf(override)}, <b>{formatCountdown(endsAt - now)}</b> left
        <small>
          {[lengthText(override), `until ${formatDayOrClock(endsAt, now)}`, `by ${createdBy}`]
            .filter(Boolean)
            .join(', ')}
        </small>
      </span>
      <EndOverrideButton override={override} />
    </li>
  )
}
