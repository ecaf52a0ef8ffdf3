/** Reports: what of the policy could go. */
import { ReportsView } from '../features/reports/reports-view.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function ReportsPage() {
  return (
    <div className={styles.page}>
      <PageHeader title="Reports" note="What of your rules and lists is unused, said twice, or can never win" />
      <ReportsView />
    </div>
  )
}
