/** Columns of the query log, and a row as a card. */
import type { QueryLogEntry } from '@weir/shared/contract/queries'
import { formatDayOrClock, formatExactTime, formatMs, NO_VALUE } from '../../lib/format.ts'
import { REASON_LABELS } from '../../lib/outcome-family.ts'
import type { Column } from '../../ui/data-table-props.ts'
import { NameText } from '../../ui/name-text.tsx'
import { OutcomeBadge } from '../../ui/outcome-mark.tsx'
import { ShadowDot, ShadowMark } from '../../ui/shadow-mark.tsx'
import styles from './queries.module.css'

export const QUERY_COLUMNS: readonly Column<QueryLogEntry>[] = [
  {
    key: 'at',
    header: 'Time',
    width: '96px',
    cell: (row) => <span title={formatExactTime(row.at)}>{formatDayOrClock(row.at, Date.now())}</span>,
  },
  { key: 'outcome', header: 'Outcome', width: '96px', cell: (row) => <OutcomeBadge outcome={row.outcome} /> },
  { key: 'name', header: 'Name', width: 'minmax(0, 2.4fr)', cell: (row) => <NameText name={row.name || '.'} /> },
  { key: 'type', header: 'Type', width: '58px', cell: (row) => <span className={styles.quiet}>{row.type}</span> },
  {
    key: 'client',
    header: 'Client',
    width: 'minmax(0, 1fr)',
    cell: (row) => <span className="mono">{clientText(row)}</span>,
  },
  {
    key: 'why',
    header: 'Why',
    width: 'minmax(0, 1.5fr)',
    cell: (row) => (
      <span className={`${styles.quiet} ${styles.line}`}>
        {row.shadow && <ShadowMark effect={row.shadow.effect} />}
        <span className={styles.cut}>{whyText(row)}</span>
      </span>
    ),
  },
  {
    key: 'answer',
    header: 'Answer',
    width: 'minmax(0, 1fr)',
    isOffAtFirst: true,
    cell: (row) => <span className="mono">{row.answer}</span>,
  },
  {
    key: 'upstream',
    header: 'Upstream',
    width: '130px',
    isOffAtFirst: true,
    cell: (row) => <span className="mono">{row.upstream ?? ''}</span>,
  },
  {
    key: 'transport',
    header: 'Transport',
    width: '76px',
    isOffAtFirst: true,
    cell: (row) => <span className={styles.quiet}>{row.transport.toUpperCase()}</span>,
  },
  {
    key: 'rcode',
    header: 'RCODE',
    width: '86px',
    cell: (row) => <span className={styles.quiet}>{row.rcode ?? 'no reply'}</span>,
  },
  {
    key: 'duration',
    header: 'Time taken',
    width: '80px',
    isNumeric: true,
    cell: (row) => formatMs(row.durationUs / 1000),
  },
]

/** `list Tracking`, `forwarded to 192.0.2.53:53`, `own block rule` */
export function whyText(row: QueryLogEntry): string {
  if (row.ruleSet !== null) return `${row.ruleSet.kind === 'service' ? 'service' : 'safe search:'} ${row.ruleSet.name}`
  if (row.listName !== null) return `list ${row.listName}`
  if (row.reason !== 'none') return REASON_LABELS[row.reason]
  return row.upstream ? `asked ${row.upstream}` : NO_VALUE
}

/** By the name that it gave itself, where it gave one: it says more than an address that changes. */
const clientText = ({ client, clientId }: QueryLogEntry): string => (clientId === null ? client : `id:${clientId}`)

export function QueryCard({ row }: { readonly row: QueryLogEntry }) {
  return (
    <>
      <span className={styles.line}>
        <NameText name={row.name || '.'} isStrong />
        <span className={styles.end}>{row.type}</span>
      </span>
      <span className={styles.line}>
        <OutcomeBadge outcome={row.outcome} />
        {row.shadow && <ShadowDot effect={row.shadow.effect} />}
        <span className={`${styles.quiet} ${styles.cut}`}>{clientText(row)}</span>
        <span className={styles.end}>{formatDayOrClock(row.at, Date.now())}</span>
      </span>
    </>
  )
}
