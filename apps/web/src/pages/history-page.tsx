/** What changed, by whom, with before and after. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { HistoryList } from '../features/history/history-list.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function HistoryPage() {
  const search = useSearch({ from: '/shell/history' })
  const navigate = useNavigate()
  return (
    <div className={styles.page}>
      <PageHeader title="History" />
      <HistoryList
        search={search}
        onSearch={(next) => void navigate({ to: '/history', search: next, replace: true })}
      />
    </div>
  )
}
