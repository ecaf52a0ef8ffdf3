/** The databases: sizes, checkpoints, integrity, backup. */
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { CheckpointHistory } from '../features/database/checkpoint-history.tsx'
import { DatabaseFiles } from '../features/database/database-files.tsx'
import { NamesPanel } from '../features/database/names-panel.tsx'
import { mayAs, meQuery } from '../lib/api/me.ts'
import { apiUrl } from '../lib/http.ts'
import { LinkButton } from '../ui/link-button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function DatabasePage() {
  const { data: me } = useQuery(meQuery)
  return (
    <div className={styles.page}>
      <PageHeader
        title="Database"
        actions={
          mayAs(me?.role, 'admin') && (
            <LinkButton href={apiUrl('/database/backup')} icon={<IconDownload size={15} />} download>
              Download a backup
            </LinkButton>
          )
        }
      />
      <DatabaseFiles />
      <NamesPanel />
      <CheckpointHistory />
    </div>
  )
}
