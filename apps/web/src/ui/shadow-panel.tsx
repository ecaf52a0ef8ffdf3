/** Of a rule, a list or a service that only records: what it would have done so far, and the button that makes it act. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ShadowReport } from '@weir/shared/contract/shadow'
import { type ShadowSubject, shadowQuery } from '../lib/api/shadow.ts'
import { formatCount, formatDayAndClock, plural } from '../lib/format.ts'
import { verbOf } from '../lib/shadow-words.ts'
import { Button } from './button.tsx'
import { NameText } from './name-text.tsx'
import { ShadowChip, ShadowMark } from './shadow-mark.tsx'
import styles from './shadow-panel.module.css'
import { Loaded } from './states.tsx'
import { TimeAgo } from './time-ago.tsx'

interface ShadowPanelProps {
  readonly subject: ShadowSubject
  readonly onAct: () => void
  readonly isBusy: boolean
}

export function ShadowPanel({ subject, onAct, isBusy }: ShadowPanelProps) {
  const report = useQuery(shadowQuery(subject))
  return (
    <section className={styles.panel} aria-label="Only records">
      <div className={styles.head}>
        <ShadowChip />
        <Button size="small" onClick={onAct} isBusy={isBusy}>
          Make it act
        </Button>
      </div>
      <Loaded query={report} failure="What it would have done could not be loaded">
        {(found) => <ShadowReportView report={found} subject={subject} />}
      </Loaded>
    </section>
  )
}

interface ShadowReportProps {
  readonly report: ShadowReport
  readonly subject: ShadowSubject
}

/** What would have been done: in a sentence, by names, and the way to the queries. */
export const ShadowReportView = ({ report, subject }: ShadowReportProps) => (
  <>
    <p aria-live="polite">
      <Sentence report={report} />
    </p>
    {report.names.length > 0 && (
      <>
        <ul className={styles.names} aria-label="Most frequent names">
          {report.names.map(({ name, effect, queries }) => (
            <li key={`${effect} ${name}`}>
              <span className={styles.name}>
                <NameText name={name || '.'} />
              </span>
              <ShadowMark effect={effect} />
              <span className={styles.count}>{formatCount(queries)}</span>
            </li>
          ))}
        </ul>
        <Link to="/queries" search={searchFor(subject)} className={styles.door}>
          Show them in the log
        </Link>
      </>
    )}
  </>
)

interface QuerySearch {
  readonly shadow?: 'any'
  readonly shadowRule?: number
  readonly shadowList?: number
  readonly shadowRuleSet?: string
}

function searchFor(subject: ShadowSubject): QuerySearch {
  if (subject === 'all') return { shadow: 'any' }
  if ('ruleSet' in subject) return { shadowRuleSet: subject.ruleSet }
  return 'rule' in subject ? { shadowRule: subject.rule } : { shadowList: subject.list }
}

function Sentence({ report: { queries, since, lastAt, read, names, state } }: { readonly report: ShadowReport }) {
  if (state === 'unavailable') return 'The log cannot be read: what it would have done is not known.'
  if (queries === 0 || since === null) return 'It would have changed no query yet.'
  return (
    <>
      Would have {verbOf(names)} {plural(queries, 'query', 'queries')} of {read.isAll ? '' : 'at least '}
      {plural(read.clients, 'client')} since {formatDayAndClock(since)}; last <TimeAgo at={lastAt} />.
    </>
  )
}
