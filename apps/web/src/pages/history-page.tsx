/** What changed, by whom, with before and after; the ways back; the policy as a file. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { CompareDialog } from '../features/history/compare-dialog.tsx'
import { HistoryList } from '../features/history/history-list.tsx'
import { type HistorySearch, NO_REVISIONS } from '../features/history/history-search.ts'
import { ImportPolicy } from '../features/history/import-policy.tsx'
import { mayAs, meQuery } from '../lib/api/me.ts'
import { apiUrl } from '../lib/http.ts'
import { Button } from '../ui/button.tsx'
import { LinkButton } from '../ui/link-button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function HistoryPage() {
  const search = useSearch({ from: '/shell/history' })
  const navigate = useNavigate()
  const { data: me } = useQuery(meQuery)
  const onSearch = (next: HistorySearch) => void navigate({ to: '/history', search: next, replace: true })
  return (
    <div className={styles.page}>
      <PageHeader
        title="History"
        actions={
          <>
            <Button onClick={() => onSearch({ ...search, compare: NO_REVISIONS })}>Compare</Button>
            <LinkButton href={apiUrl('/policy')} download>
              Export policy
            </LinkButton>
            {mayAs(me?.role, 'operator') && (
              <Button onClick={() => onSearch({ ...search, import: 'policy' })}>Import policy</Button>
            )}
          </>
        }
      />
      <HistoryList search={search} onSearch={onSearch} />
      {search.compare !== undefined && (
        <CompareDialog
          key={search.compare}
          range={search.compare}
          onRange={(compare) => onSearch({ ...search, compare })}
          onClose={() => onSearch({ ...search, compare: undefined })}
        />
      )}
      {search.import === 'policy' && <ImportPolicy onClose={() => onSearch({ ...search, import: undefined })} />}
    </div>
  )
}
