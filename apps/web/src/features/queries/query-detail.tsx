/** All that is known of one query, and what can be done about it. */
import { Link } from '@tanstack/react-router'
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import type { ReactNode } from 'react'
import { formatExactTime, formatMs, NO_VALUE } from '../../lib/format.ts'
import { Facts } from '../../ui/facts.tsx'
import { OutcomeBadge } from '../../ui/outcome-mark.tsx'
import { ShadowMark } from '../../ui/shadow-mark.tsx'
import styles from './queries.module.css'
import { whyText } from './query-columns.tsx'

interface QueryDetailProps {
  readonly row: QueryLogEntry
  /** Block and allow, which another feature brings. */
  readonly actions: ReactNode
}

export function QueryDetail({ row, actions }: QueryDetailProps) {
  return (
    <div className={styles.detail}>
      <div>
        <p className={styles.subject}>{row.name || '.'}</p>
        <p className={styles.verdict}>
          <OutcomeBadge outcome={row.outcome} />
          <span>{whyText(row)}</span>
        </p>
      </div>
      {actions}
      <Facts
        facts={[
          ['Time', formatExactTime(row.at)],
          [
            'Client',
            <Link key="client" to="/queries" search={{ client: row.client }} className={`mono ${styles.door}`}>
              {row.client}
            </Link>,
          ],
          ...(row.clientId === null ? [] : [clientIdFact(row.clientId)]),
          ['Type', row.type],
          ['RCODE', row.rcode ?? 'no reply sent'],
          ['Transport', row.transport.toUpperCase()],
          ['Time taken', formatMs(row.durationUs / 1000)],
          ['Upstream', row.upstream ?? 'not asked'],
          ['Rule', row.ruleId === null ? NO_VALUE : <RuleLink key="rule" id={row.ruleId} />],
          ...(row.ruleSet === null ? [] : [setFact(row.ruleSet)]),
          ...(row.shadow === null ? [] : [shadowFact(row.shadow)]),
          ['List', row.listId === null ? NO_VALUE : <ListLink key="list" id={row.listId} name={row.listName} />],
        ]}
      />
      <div>
        <h3>Answer</h3>
        <pre className={styles.answer}>{row.answer === '' ? 'no records' : row.answer.split(', ').join('\n')}</pre>
      </div>
      <p>
        {row.id > 0 && (
          <>
            <Link to="/why" search={{ query: row.id }} className={styles.door}>
              Why? By the policy of that moment
            </Link>
            {' · '}
          </>
        )}
        <Link to="/why" search={{ name: row.name, type: row.type, client: whoAsked(row) }} className={styles.door}>
          {row.id > 0 ? 'by that of now' : 'Why? Ask again by the policy of now'}
        </Link>
      </p>
    </div>
  )
}

const clientIdFact = (clientId: string): [string, ReactNode] => [
  'Client id',
  <Link key="id" to="/queries" search={{ client: `id:${clientId}` }} className={`mono ${styles.door}`}>
    {clientId}
  </Link>,
]

/** As the page Why? reads it: an address, and a client id behind it. */
const whoAsked = ({ client, clientId }: QueryLogEntry): string =>
  clientId === null ? client : `${client} id:${clientId}`.trim()

type RuleSet = NonNullable<QueryLogEntry['ruleSet']>

const setFact = (ruleSet: RuleSet): [string, ReactNode] => [
  ruleSet.kind === 'service' ? 'Service' : 'Safe search',
  <SetLink key="set" ruleSet={ruleSet} />,
]

const SetLink = ({ ruleSet: { id, name } }: { readonly ruleSet: RuleSet }) => (
  <Link to="/services" search={{ open: id }} className={styles.door}>
    {name}
  </Link>
)

const shadowFact = ({
  effect,
  ruleId,
  listId,
  listName,
  ruleSet,
}: NonNullable<QueryLogEntry['shadow']>): [string, ReactNode] => [
  'On trial',
  <span key="shadow">
    <ShadowMark effect={effect} /> {ruleId !== null && <RuleLink id={ruleId} />}
    {listId !== null && <ListLink id={listId} name={listName} />}
    {ruleSet !== null && <SetLink ruleSet={ruleSet} />}
  </span>,
]

const RuleLink = ({ id }: { readonly id: number }) => (
  <Link to="/rules" search={{ edit: id }} className={styles.door}>
    rule {id}
  </Link>
)

const ListLink = ({ id, name }: { readonly id: number; readonly name: string | null }) => (
  <Link to="/lists" search={{ open: id }} className={styles.door}>
    {name ?? `list ${id}`}
  </Link>
)
