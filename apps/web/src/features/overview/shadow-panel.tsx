/** What rules, lists and services that only record would have done in the last days; nothing where there was nothing. */
import { useQuery } from '@tanstack/react-query'
import { shadowQuery } from '../../lib/api/shadow.ts'
import { Panel } from '../../ui/panel.tsx'
import { ShadowReportView } from '../../ui/shadow-panel.tsx'
import styles from './system-panels.module.css'

export function OnTrialPanel() {
  const report = useQuery(shadowQuery('all')).data
  if (!report || report.queries === 0) return null
  return (
    <Panel title="On trial" note="Not counted as blocked">
      <div className={styles.trial}>
        <ShadowReportView report={report} subject="all" />
      </div>
    </Panel>
  )
}
