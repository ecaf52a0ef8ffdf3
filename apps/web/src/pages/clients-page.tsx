/** Clients: who asks, under which name, in which group. */
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ClientEditor } from '../features/clients/client-editor.tsx'
import { NEW_CLIENT, openClient } from '../features/clients/clients-search.ts'
import { EntryList } from '../features/clients/entry-list.tsx'
import { QuarantinePanel } from '../features/clients/quarantine-panel.tsx'
import { SeenList } from '../features/clients/seen-list.tsx'
import { clientsQuery, seenClientsQuery } from '../lib/api/clients.ts'
import { useKept } from '../lib/use-kept.ts'
import { Button } from '../ui/button.tsx'
import { PageHeader, Panel } from '../ui/panel.tsx'
import { OverridesState } from '../ui/running-overrides.tsx'
import styles from './plain.module.css'

export function ClientsPage() {
  const { open } = useSearch({ from: '/shell/clients' })
  const navigate = useNavigate()
  const go = (client: string | undefined) =>
    void navigate({ to: '/clients', search: client === undefined ? {} : { open: client } })
  const entries = useQuery(clientsQuery).data?.items
  // Who was seen gives a new entry its name: without the log it goes without.
  const { data: seen, isError } = useQuery(seenClientsQuery)
  const isOpen = useKept(open, openClient(open, entries, seen?.items ?? (isError ? [] : undefined)) && open)
  const client = openClient(isOpen, entries, seen?.items ?? [])
  return (
    <div className={styles.page}>
      <PageHeader
        title="Clients"
        actions={
          <Button variant="strong" icon={<IconPlus size={15} />} onClick={() => go(NEW_CLIENT)}>
            Add client
          </Button>
        }
      />
      <Panel title="Seen">
        <OverridesState />
        <SeenList onOpen={go} />
      </Panel>
      <Panel title="Entries">
        <EntryList onOpen={go} />
      </Panel>
      <Panel title="New clients">
        <QuarantinePanel />
      </Panel>
      {client && <ClientEditor key={isOpen} client={client} onClose={() => go(undefined)} />}
    </div>
  )
}
