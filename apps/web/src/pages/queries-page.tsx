/** The query log; its filter is the address bar's. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { QueryLog } from '../features/queries/query-log.tsx'
import { QuickRule } from '../features/quick-rule/quick-rule.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './full-height.module.css'

export function QueriesPage() {
  const filter = useSearch({ from: '/shell/queries' })
  const navigate = useNavigate()
  return (
    <div className={styles.page}>
      <PageHeader title="Queries" />
      <QueryLog
        filter={filter}
        onFilter={(search) => void navigate({ to: '/queries', search, replace: true })}
        actions={({ id, name, client }) => <QuickRule key={id} name={name} client={client} />}
      />
    </div>
  )
}
