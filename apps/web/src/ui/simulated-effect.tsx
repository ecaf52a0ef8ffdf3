/** Under a form: what the draft would have done to the queries of late, with a door to the details. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type DraftChange, SIMULATED_EFFECTS } from '@weir/shared/contract/simulation'
import { type SimulationPeriod, simulationQuery, useSimulationShare } from '../lib/api/simulate.ts'
import { messageOf } from '../lib/api-error.ts'
import { formatPercent } from '../lib/format.ts'
import { effectSentence } from '../lib/simulation-words.ts'
import { useDebounced } from '../lib/use-debounced.ts'
import styles from './simulated-effect.module.css'

interface SimulatedEffectProps {
  /** Null: the form is not complete. */
  readonly changes: readonly DraftChange[] | null
  readonly period?: SimulationPeriod
  /** The draft is too large for the address bar: no door. */
  readonly hasDoor?: boolean
}

const DELAY_MS = 500

export function SimulatedEffect({ changes, period = '24h', hasDoor = true }: SimulatedEffectProps) {
  // Typing does not start a simulation per letter.
  const draft = useDebounced(JSON.stringify(changes), DELAY_MS)
  const settled = JSON.parse(draft) as readonly DraftChange[] | null
  const { progressKey, share } = useSimulationShare()
  const { data, error, isFetching } = useQuery(simulationQuery(settled, period, progressKey))
  if (changes === null || settled === null) return null
  return (
    <p className={styles.effect} aria-live="polite" data-waiting={isFetching || undefined}>
      {error
        ? `Its effect cannot be told: ${messageOf(error)}`
        : data
          ? effectSentence(data, period)
          : `Trying it on the queries of late …${share === null ? '' : ` ${formatPercent(share)}`}`}
      {data?.findings.map((finding) => (
        <span key={finding} className={styles.finding}>
          {finding}
        </span>
      ))}
      {data && hasDoor && SIMULATED_EFFECTS.some((effect) => data.effects[effect].queries > 0) && (
        // Beside the form, which may hold what is not saved.
        <Link to="/what-if" search={{ draft, period }} target="_blank" className={styles.door}>
          Which names and clients
        </Link>
      )}
    </p>
  )
}
