/** Lists: all of them, one in the drawer, a new one. */
import { IconPlus } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { AddList } from '../features/lists/add-list.tsx'
import { ListDrawer } from '../features/lists/list-drawer.tsx'
import { ListOverview } from '../features/lists/list-overview.tsx'
import type { ListsSearch } from '../features/lists/lists-search.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function ListsPage() {
  const { open, add, from, to, sort = 'order' } = useSearch({ from: '/shell/lists' })
  const navigate = useNavigate()
  const kept = sort === 'order' ? {} : { sort }
  const go = (search: ListsSearch) => void navigate({ to: '/lists', search: { ...kept, ...search } })
  return (
    <div className={styles.page}>
      <PageHeader
        title="Lists"
        actions={
          <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => go({ add: true })}>
            Add list
          </Button>
        }
      />
      <ListOverview
        sort={sort}
        onSort={(next) =>
          void navigate({ to: '/lists', search: next === 'order' ? {} : { sort: next }, replace: true })
        }
        onAdd={() => go({ add: true })}
      />
      <ListDrawer
        id={open}
        compared={to === undefined ? undefined : { from, to }}
        onCompare={(compared) => go({ open, ...compared })}
        onClose={() => go({})}
      />
      {add && <AddList isOpen onClose={() => go({})} onAdded={(id) => go({ open: id })} />}
    </div>
  )
}
