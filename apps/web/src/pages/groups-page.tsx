/** Groups of clients: rules and lists can hold for some of them only. */
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { type Group, GroupEditor } from '../features/groups/group-editor.tsx'
import { GroupList } from '../features/groups/group-list.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function GroupsPage() {
  const [open, setOpen] = useState<Group | 'new' | null>(null)
  return (
    <div className={styles.page}>
      <PageHeader
        title="Groups"
        actions={
          <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => setOpen('new')}>
            Add group
          </Button>
        }
      />
      <GroupList onOpen={setOpen} />
      {open !== null && <GroupEditor group={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </div>
  )
}
