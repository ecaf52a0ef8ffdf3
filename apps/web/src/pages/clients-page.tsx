/** Clients: who asks, under which name, in which group. */
import { IconPlus } from '@tabler/icons-react'
import type { Client } from '@weir/shared/contract/clients'
import { useState } from 'react'
import { ClientEditor } from '../features/clients/client-editor.tsx'
import { EntryList } from '../features/clients/entry-list.tsx'
import { QuarantinePanel } from '../features/clients/quarantine-panel.tsx'
import { SeenList } from '../features/clients/seen-list.tsx'
import { Button } from '../ui/button.tsx'
import { PageHeader, Panel } from '../ui/panel.tsx'
import styles from './plain.module.css'

export function ClientsPage() {
  const [open, setOpen] = useState<Partial<Client> | null>(null)
  return (
    <div className={styles.page}>
      <PageHeader
        title="Clients"
        actions={
          <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => setOpen({})}>
            Add client
          </Button>
        }
      />
      <Panel title="Seen">
        <SeenList onOpen={setOpen} />
      </Panel>
      <Panel title="Entries">
        <EntryList onOpen={setOpen} />
      </Panel>
      <Panel title="New clients">
        <QuarantinePanel />
      </Panel>
      {open !== null && <ClientEditor client={open} onClose={() => setOpen(null)} />}
    </div>
  )
}
