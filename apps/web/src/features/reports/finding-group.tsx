/** Findings of one kind: the first ones, the rest when asked for, and what can be done with all of them. */
import { Link } from '@tanstack/react-router'
import type { ShadowedRule } from '@weir/shared/contract/policy-report'
import { type ReactNode, useState } from 'react'
import { formatCount } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AllRulesActions } from './all-rules-actions.tsx'
import { FindingActions } from './finding-actions.tsx'
import type { Operation } from './report-api.ts'
import styles from './reports.module.css'

/** What stands below a long group would be found by nobody. */
const FIRST_SHOWN = 10

interface FindingGroupProps {
  readonly title: string
  readonly total: number
  readonly none: string
  /** Those that are listed, where all of them can be switched off or deleted at once. */
  readonly rules?: readonly { readonly id: number; readonly text: string }[]
  readonly children: readonly ReactNode[]
}

export function FindingGroup({ title, total, none, rules = [], children }: FindingGroupProps) {
  const [isWhole, setWhole] = useState(false)
  const [acted, setActed] = useState<{ readonly ids: string; readonly operation: Operation }>()
  const ids = rules.map(({ id }) => id).join()
  // In another report they are other rules.
  const done = acted?.ids === ids ? acted.operation : undefined
  const shown = isWhole ? children : children.slice(0, FIRST_SHOWN)
  return (
    <Panel title={title} note={total === 0 ? '' : formatCount(total)}>
      {total === 0 ? (
        <p className={styles.quiet}>{none}</p>
      ) : (
        <fieldset className={styles.group} disabled={done !== undefined}>
          <ul className={styles.findings}>{shown}</ul>
        </fieldset>
      )}
      <div className={styles.more}>
        {shown.length < children.length && (
          <Button size="small" variant="ghost" onClick={() => setWhole(true)}>
            Show {total > children.length ? `the first ${formatCount(children.length)}` : `all ${formatCount(total)}`}
          </Button>
        )}
        {rules.length > 1 && (
          <AllRulesActions
            title={title}
            rules={rules}
            isEach={total === rules.length}
            done={done}
            onDone={(operation) => setActed(operation && { ids, operation })}
          />
        )}
      </div>
      {isWhole && total > children.length && (
        <p className={styles.quiet}>
          The first {formatCount(children.length)} of {formatCount(total)}.
        </p>
      )}
    </Panel>
  )
}

export const RuleFinding = ({ rule, by, reason }: ShadowedRule) => (
  <Finding
    text={rule.text}
    reason={
      <>
        {reason}:{' '}
        <Link className={styles.link} to="/rules" search={{ edit: by.id }}>
          <code>{by.text}</code>
        </Link>
      </>
    }
  >
    <FindingActions kind="rule" id={rule.id} name={rule.text} />
  </Finding>
)

interface FindingProps {
  readonly text: string
  readonly reason: ReactNode
  readonly isName?: boolean
  readonly children: ReactNode
}

export function Finding({ text, reason, isName = false, children }: FindingProps) {
  return (
    <li>
      <div className={styles.about}>
        <p className={isName ? styles.title : styles.text}>{text}</p>
        <p className={styles.quiet}>{reason}</p>
      </div>
      {children}
    </li>
  )
}
