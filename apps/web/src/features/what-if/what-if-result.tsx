/** What a draft would have done: counts, names and clients, and what part of the traffic that was found in. */
import { useQuery } from '@tanstack/react-query'
import { type DraftChange, SIMULATED_EFFECTS, type SimulationResult } from '@weir/shared/contract/simulation'
import { listsQuery } from '../../lib/api/lists.ts'
import type { SimulationPeriod } from '../../lib/api/simulate.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { EFFECT_LABELS, effectSentence } from '../../lib/simulation-words.ts'
import { Panel } from '../../ui/panel.tsx'
import { draftInWords } from './draft-form.ts'
import styles from './what-if.module.css'
import { ClientTable, NameTable } from './what-if-tables.tsx'

interface WhatIfResultProps {
  readonly changes: readonly DraftChange[]
  readonly result: SimulationResult
  readonly period: SimulationPeriod
}

export function WhatIfResult({ changes, result, period }: WhatIfResultProps) {
  const { effects, covered, findings } = result
  const { data: lists } = useQuery(listsQuery)
  const nameOfList = (id: number) => lists?.items.find((list) => list.id === id)?.name ?? String(id)
  const found = SIMULATED_EFFECTS.filter((effect) => effects[effect].queries > 0)
  return (
    <>
      <div>
        <p className={styles.draft}>{draftInWords(changes, nameOfList)}</p>
        <p className={styles.sentence}>{effectSentence(result, period)}</p>
      </div>
      {findings.map((finding) => (
        <p key={finding} className={styles.finding}>
          {finding}
        </p>
      ))}
      {found.length > 0 && (
        <dl className={styles.counts}>
          {found.map((effect) => (
            <div key={effect} data-effect={effect}>
              <dt>{EFFECT_LABELS[effect]}</dt>
              <dd>{formatCount(effects[effect].queries)}</dd>
              <dd className={styles.quiet}>
                {plural(effects[effect].names, 'name')}, {plural(effects[effect].clients, 'client')}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {result.names.length > 0 && (
        <div className={styles.tables}>
          <Panel title="Names" note="most queries first">
            <NameTable names={result.names} hasEffects={found.length > 1} />
          </Panel>
          <Panel title="Clients" note="most queries first">
            <ClientTable clients={result.clients} hasEffects={found.length > 1} />
          </Panel>
        </div>
      )}
      <p className={styles.quiet}>
        Tried on {plural(covered.queries, 'query', 'queries')} of {plural(covered.names, 'name')}
        {covered.queriesInAll > covered.queries && ` of ${formatCount(covered.queriesInAll)} answered in that time`}, in{' '}
        {formatCount(Math.round(result.durationMs))} ms. The names asked for are judged, not those that answers lead to.
        {covered.notes.map((note) => ` ${note[0]!.toUpperCase()}${note.slice(1)}.`)}
      </p>
    </>
  )
}
