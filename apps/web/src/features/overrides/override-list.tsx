/** What holds now in place of rules and lists, counting down. */
import { useQuery } from '@tanstack/react-query'
import type { Override } from '@weir/shared/contract/overrides'
import { mayAs, meQuery } from '../../lib/api/me.ts'
import { overridesQuery } from '../../lib/api/overrides.ts'
import { formatDayAndClock } from '../../lib/format.ts'
import { formatCountdown, lengthText, titleOf, whomOf } from '../../lib/override-words.ts'
import { useNow } from '../../lib/use-now.ts'
import { Button } from '../../ui/button.tsx'
import { EndOverrideButton } from '../../ui/end-override-button.tsx'
import { EmptyState, Loaded, Skeleton } from '../../ui/states.tsx'
import styles from './overrides.module.css'

const TICK_MS = 1000

export function OverrideList({ onAdd }: { readonly onAdd: () => void }) {
  const overrides = useQuery(overridesQuery)
  const { data: me } = useQuery(meQuery)
  const now = useNow(TICK_MS)
  const mayChange = mayAs(me?.role, 'operator')
  return (
    <Loaded query={overrides} failure="The overrides could not be loaded" skeleton={<Skeleton rows={3} height={44} />}>
      {({ items }) => {
        const active = items.filter(({ endsAt }) => endsAt > now)
        return active.length === 0 ? (
          <EmptyState
            title="Nothing is overridden"
            action={mayChange && <Button onClick={onAdd}>Start an override</Button>}
          >
            Rules and lists decide. Here one lets a name pass for ten minutes, pauses filtering for one device, or
            blocks the internet until tomorrow; each ends by itself.
          </EmptyState>
        ) : (
          <ul className={styles.list}>
            {active.map((override) => (
              <Row key={override.id} override={override} now={now} />
            ))}
          </ul>
        )
      }}
    </Loaded>
  )
}

function Row({ override, now }: { readonly override: Override; readonly now: number }) {
  return (
    <li className={styles.row} data-kind={override.kind}>
      <span className={styles.what}>
        {titleOf(override)}
        <small>{[whomOf(override), override.comment].filter((part) => part !== '').join(' · ')}</small>
      </span>
      <span className={styles.until}>
        <b>{formatCountdown(override.endsAt - now)}</b>
        <small>
          {[lengthText(override), `until ${formatDayAndClock(override.endsAt)}`, `by ${override.createdBy}`]
            .filter(Boolean)
            .join(', ')}
        </small>
      </span>
      <EndOverrideButton override={override} />
    </li>
  )
}
