/** What a draft would have done: counts, names and clients, and what part of the traffic that was found in. */
import { Link } from '@tanstack/react-router'
import { SIMULATED_EFFECTS, type SimulationResult } from '@weir/shared/contract/simulation'
import type { SimulationPeriod } from '../../lib/api/simulate.ts'
import { formatCount, plural } from '../../lib/format.ts'
import { EFFECT_LABELS, effectSentence } from '../../lib/simulation-words.ts'
import { Panel } from '../../ui/panel.tsx'
import styles from './what-if.module.css'

interface WhatIfResultProps {
  readonly result: SimulationResult
  readonly period: SimulationPeriod
}

export function WhatIfResult({ result, period }: WhatIfResultProps) {
  const { effects, covered, findings } = result
  const found = SIMULATED_EFFECTS.filter((effect) => effects[effect].queries > 0)
  return (
    <>
      <p className={styles.sentence}>{effectSentence(result, period)}</p>
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
            <NameTable names={result.names} />
          </Panel>
          <Panel title="Clients" note="most queries first">
            <ClientTable clients={result.clients} />
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

const NameTable = ({ names }: { readonly names: SimulationResult['names'] }) => (
  <div className={styles.scroll}>
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Effect</th>
          <th scope="col">Queries</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {names.map(({ name, effect, queries, before, after }) => (
          <tr key={`${name} ${effect}`}>
            <td>
              <Link to="/queries" search={{ name: `=${name}` }} className={`mono ${styles.door}`}>
                {name}
              </Link>
            </td>
            <td>{EFFECT_LABELS[effect]}</td>
            <td className={styles.number}>{formatCount(queries)}</td>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const ClientTable = ({ clients }: { readonly clients: SimulationResult['clients'] }) => (
  <div className={styles.scroll}>
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Client</th>
          <th scope="col">Effect</th>
          <th scope="col">Queries</th>
          <th scope="col">Names</th>
        </tr>
      </thead>
      <tbody>
        {clients.map(({ client, effect, queries, names }) => (
          <tr key={`${client} ${effect}`}>
            <td>
              <Link to="/queries" search={{ client }} className={`mono ${styles.door}`}>
                {client || 'not kept'}
              </Link>
            </td>
            <td>{EFFECT_LABELS[effect]}</td>
            <td className={styles.number}>{formatCount(queries)}</td>
            <td className={styles.number}>{formatCount(names)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
