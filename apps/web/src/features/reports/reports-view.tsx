/** The report: made when asked for, with its progress; what was found stands by kind, each with what can be done. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PolicyReport, PolicyReportBody } from '@weir/shared/contract/policy-report'
import { useState } from 'react'
import { messageOf } from '../../lib/api-error.ts'
import { formatPercent, plural } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { SelectInput } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Loaded, Skeleton } from '../../ui/states.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { useToast } from '../../ui/toast.tsx'
import { FindingActions } from './finding-actions.tsx'
import { Finding, FindingGroup, RuleFinding } from './finding-group.tsx'
import { OverlapTable } from './overlap-table.tsx'
import { reportQuery, useReportRun } from './report-api.ts'
import styles from './reports.module.css'

const DAYS: readonly (readonly [string, string])[] = [
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
]

export function ReportsView() {
  const query = useQuery(reportQuery)
  return (
    <Loaded query={query} failure="The report could not be loaded" skeleton={<Skeleton rows={8} height={40} />}>
      {(report) => (
        <div className={styles.view}>
          <RunBar report={report} />
          {report.state === 'failed' && (
            <ErrorState what="The report was not finished" error={new Error(report.error ?? '')} />
          )}
          {report.report ? (
            <Findings report={report.report} />
          ) : (
            report.state !== 'running' && (
              <EmptyState title="No report yet">
                It looks through all own rules and all names of all lists for what is unused, said twice, or can never
                win. Long lists take a while, beside everything else.
              </EmptyState>
            )
          )}
        </div>
      )}
    </Loaded>
  )
}

function RunBar({ report }: { readonly report: PolicyReport }) {
  const [days, setDays] = useState(String(report.report?.days ?? 30))
  const { start, cancel } = useReportRun()
  const toast = useToast()
  const fail = (error: unknown) => toast({ message: `Not done: ${messageOf(error)}`, isError: true })
  const isRunning = report.state === 'running'
  return (
    <div className={styles.run}>
      <SelectInput label="Unused means no hit in" value={days} onChange={setDays} options={DAYS} disabled={isRunning} />
      {isRunning ? (
        <>
          <div className={styles.progress}>
            <span>Looking through rules and lists, {formatPercent(report.share)}</span>
            <progress value={report.share} max={1} aria-label="Progress of the report" />
          </div>
          <Button onClick={() => cancel.mutate(undefined, { onError: fail })} isBusy={cancel.isPending}>
            Cancel
          </Button>
        </>
      ) : (
        <>
          <Button
            variant="strong"
            onClick={() => start.mutate(Number(days), { onError: fail })}
            isBusy={start.isPending}
          >
            {report.report ? 'Make it anew' : 'Make the report'}
          </Button>
          {report.state === 'cancelled' && <span className={styles.quiet}>Cancelled; what is shown is older.</span>}
          {report.state === 'done' && (
            <span className={styles.quiet}>
              Made <TimeAgo at={report.finishedAt} />
              {report.isStale && '; rules or lists have changed since'}
            </span>
          )}
        </>
      )}
    </div>
  )
}

function Findings({ report }: { readonly report: PolicyReportBody }) {
  const { unusedRules, unusedLists, duplicateRules, shadowedRules, rulesInLists, overlaps, leftOut, days } = report
  return (
    <>
      <UnusedNote report={report} />
      <FindingGroup
        title="Rules that never win"
        total={shadowedRules.total}
        rules={shadowedRules.items.map(({ rule }) => rule)}
        none="Every rule can win."
      >
        {shadowedRules.items.map((found) => (
          <RuleFinding key={found.rule.id} {...found} />
        ))}
      </FindingGroup>
      <FindingGroup
        title="Rules that say the same again"
        total={duplicateRules.total}
        rules={duplicateRules.items.map(({ rule }) => rule)}
        none="No rule repeats another."
      >
        {duplicateRules.items.map((found) => (
          <RuleFinding key={found.rule.id} {...found} />
        ))}
      </FindingGroup>
      <FindingGroup
        title="Rules that a list says anyway"
        total={rulesInLists.total}
        rules={rulesInLists.items.map(({ rule }) => rule)}
        none="No list blocks what your rules block."
      >
        {rulesInLists.items.map(({ rule, list }) => (
          <Finding key={rule.id} text={rule.text} reason={<BlockedBy list={list} />}>
            <FindingActions kind="rule" id={rule.id} name={rule.text} />
          </Finding>
        ))}
      </FindingGroup>
      <FindingGroup
        title={`Rules without a hit in ${days} days`}
        total={unusedRules.total}
        rules={unusedRules.items.map(({ rule }) => rule)}
        none="Every rule that is old enough was used."
      >
        {unusedRules.items.map(({ rule, lastHitAt }) => (
          <Finding key={rule.id} text={rule.text} reason={<LastHit at={lastHitAt} />}>
            <FindingActions kind="rule" id={rule.id} name={rule.text} />
          </Finding>
        ))}
      </FindingGroup>
      <FindingGroup
        title={`Lists without a hit in ${days} days`}
        total={unusedLists.total}
        none="Every list that is old enough was used."
      >
        {unusedLists.items.map(({ id, name, entries, lastHitAt }) => (
          <Finding
            key={id}
            text={name}
            isName
            reason={
              <>
                {plural(entries, 'entry', 'entries')}, <LastHit at={lastHitAt} />
              </>
            }
          >
            <FindingActions kind="list" id={id} name={name} />
          </Finding>
        ))}
      </FindingGroup>
      <Panel title="Lists that overlap" note="Names that one blocks, and how many of them others cover">
        {overlaps.some(({ names }) => names > 0) ? (
          <OverlapTable overlaps={overlaps} />
        ) : (
          <p className={styles.quiet}>No list that is on blocks names.</p>
        )}
      </Panel>
      {leftOut.rules + leftOut.lists > 0 && (
        <p className={styles.quiet}>
          Not looked at: {plural(leftOut.rules, 'rule')} and {plural(leftOut.lists, 'list')} beyond the bounds of a
          report.
        </p>
      )}
    </>
  )
}

/** Hits that are younger than the days asked for say less than they seem to. */
function UnusedNote({ report: { hitsSince } }: { readonly report: PolicyReportBody }) {
  if (hitsSince === null) return <p className={styles.quiet}>The log cannot be read: what is unused is not known.</p>
  return (
    <p className={styles.quiet}>
      Hits are counted since <TimeAgo at={hitsSince} />.
    </p>
  )
}

const BlockedBy = ({ list: { id, name } }: { readonly list: { readonly id: number; readonly name: string } }) => (
  <>
    blocked by list{' '}
    <Link className={styles.link} to="/lists" search={{ open: id }}>
      {name}
    </Link>{' '}
    for everybody
  </>
)

const LastHit = ({ at }: { readonly at: number | null }) =>
  at === null ? (
    'no hit yet'
  ) : (
    <>
      last hit <TimeAgo at={at} />
    </>
  )
