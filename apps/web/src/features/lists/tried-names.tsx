/** Which names and clients a list would have met: those with most queries. */

import { useQuery } from '@tanstack/react-query'
import type { DraftChange } from '@weir/shared/contract/simulation'
import { simulationQuery } from '../../lib/api/simulate.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { NameText } from '../../ui/name-text.tsx'
import styles from './lists.module.css'

const SHOWN = 8

/** Nothing until the trial beside it has its result, which it shares. */
export function TriedNames({ draft }: { readonly draft: DraftChange }) {
  const result = useQuery({ ...simulationQuery([draft], '7d'), notifyOnChangeProps: ['data'] }).data
  if (!result || result.names.length === 0) return null
  const { names, clients } = result
  return (
    <div className={styles.tried}>
      <Ranking
        title="Names it would have met"
        rows={names.map(({ name, queries }) => [name || '.', queries] as const)}
        more={(count) => plural(count, 'more name')}
      />
      <Ranking
        title="Clients that asked"
        rows={clients.map(({ client, queries }) => [client || 'not kept', queries] as const)}
        more={(count) => plural(count, 'more client')}
      />
    </div>
  )
}

interface RankingProps {
  readonly title: string
  readonly rows: readonly (readonly [text: string, queries: number])[]
  readonly more: (count: number) => string
}

const Ranking = ({ title, rows, more }: RankingProps) => (
  <div>
    <h3>{title}</h3>
    <ul aria-label={title}>
      {rows.slice(0, SHOWN).map(([text, queries]) => (
        <li key={text}>
          <NameText name={text} />
          <span>{formatCount(queries)}</span>
        </li>
      ))}
    </ul>
    {rows.length > SHOWN && <small>and {more(rows.length - SHOWN)}</small>}
  </div>
)
