/** Weekly schedules: when rules hold. */
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Schedule } from '@weir/shared/contract/schedules'
import { useState } from 'react'
import { ScheduleEditor } from '../features/schedules/schedule-editor.tsx'
import { ScheduleList } from '../features/schedules/schedule-list.tsx'
import { mayAs, meQuery } from '../lib/api/me.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function SchedulesPage() {
  const [open, setOpen] = useState<Schedule | 'new' | null>(null)
  const { data: me } = useQuery(meQuery)
  const add = mayAs(me?.role, 'operator') && (
    <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => setOpen('new')}>
      Add schedule
    </Button>
  )
  return (
    <div className={styles.page}>
      <PageHeader title="Schedules" actions={add} />
      <ScheduleList onOpen={setOpen} action={add} />
      {open !== null && <ScheduleEditor schedule={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </div>
  )
}
