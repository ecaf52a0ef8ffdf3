/** Groups of clients: rules and lists can hold for some of them only. */
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { GroupEditor } from '../features/groups/group-editor.tsx'
import { GroupList } from '../features/groups/group-list.tsx'
import { groupsQuery } from '../lib/api/groups.ts'
import { useKept } from '../lib/use-kept.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

const NEW = 0

export function GroupsPage() {
  const { open } = useSearch({ from: '/shell/groups' })
  const navigate = useNavigate()
  const go = (id: number | undefined) => void navigate({ to: '/groups', search: id === undefined ? {} : { open: id } })
  const group = useKept(
    open,
    useQuery(groupsQuery).data?.items.find(({ id }) => id === open),
  )
  return (
    <div className={styles.page}>
      <PageHeader
        title="Groups"
        actions={
          <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => go(NEW)}>
            Add group
          </Button>
        }
      />
      <GroupList onOpen={({ id }) => go(id)} />
      {open === NEW && <GroupEditor group={null} onClose={() => go(undefined)} />}
      {group && <GroupEditor key={group.id} group={group} onClose={() => go(undefined)} />}
    </div>
  )
}
