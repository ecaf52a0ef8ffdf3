/** Timed overrides: what holds for a while in place of rules and lists. */
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { OverrideEditor } from '../features/overrides/override-editor.tsx'
import { OverrideList } from '../features/overrides/override-list.tsx'
import { mayAs, meQuery } from '../lib/api/me.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function OverridesPage() {
  const [isAdding, setIsAdding] = useState(false)
  const { data: me } = useQuery(meQuery)
  const add = () => setIsAdding(true)
  return (
    <div className={styles.page}>
      <PageHeader
        title="Overrides"
        actions={
          mayAs(me?.role, 'operator') && (
            <Button variant="strong" icon={<IconPlus size={15} />} onClick={add}>
              Start an override
            </Button>
          )
        }
      />
      <OverrideList onAdd={add} />
      {isAdding && <OverrideEditor onClose={() => setIsAdding(false)} />}
    </div>
  )
}
