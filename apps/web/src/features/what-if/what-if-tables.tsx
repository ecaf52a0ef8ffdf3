/** Names and clients that a draft would have changed something for; on a phone each row is a card. */
import { Link } from '@tanstack/react-router'
import type { SimulationResult } from '@weir/shared/contract/simulation'
import { formatCount } from '../../lib/format.ts'
import { EFFECT_LABELS } from '../../lib/simulation-words.ts'
import styles from './what-if.module.css'

interface NameTableProps {
  readonly names: SimulationResult['names']
  /** The effect is not the same everywhere. */
  readonly hasEffects: boolean
}

export const NameTable = ({ names, hasEffects }: NameTableProps) => (
  <table className={styles.table}>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col" className={styles.number}>
          Queries
        </th>
        {hasEffects && <th scope="col">Effect</th>}
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
          <td className={styles.number}>{formatCount(queries)}</td>
          {hasEffects && <td className={styles.effect}>{EFFECT_LABELS[effect]}</td>}
          <td className={styles.decider} data-label="Now">
            {before}
          </td>
          <td className={styles.decider} data-label="Then">
            {after}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

interface ClientTableProps {
  readonly clients: SimulationResult['clients']
  readonly hasEffects: boolean
}

export const ClientTable = ({ clients, hasEffects }: ClientTableProps) => (
  <table className={styles.table}>
    <thead>
      <tr>
        <th scope="col">Client</th>
        <th scope="col" className={styles.number}>
          Queries
        </th>
        {hasEffects && <th scope="col">Effect</th>}
        <th scope="col" className={styles.number}>
          Names
        </th>
      </tr>
    </thead>
    <tbody>
      {clients.map(({ client, effect, queries, names }) => (
        <tr key={`${client} ${effect}`}>
          <td>
            {client ? (
              <Link to="/queries" search={{ client }} className={`mono ${styles.door}`}>
                {client}
              </Link>
            ) : (
              'not kept'
            )}
          </td>
          <td className={styles.number}>{formatCount(queries)}</td>
          {hasEffects && <td className={styles.effect}>{EFFECT_LABELS[effect]}</td>}
          <td className={styles.number} data-label="Names">
            {formatCount(names)}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)
